/** Runs in the page: the conformance suite on a browser backend. */
import { runConformance, runPrograms } from '@curv/tensor/conformance';
import { tfjsEngine } from '../../src/index.js';

declare global {
  interface Window {
    conformance(backend: string): Promise<{ cases: number; failures: string[] }>;
  }
}

window.conformance = async (backend) => {
  // GLSL's exp and log are good to 3 units in the last place; the third derivative of logSumExp cancels that up to 3.0e-5 (measured on SwiftShader).
  const engine = await tfjsEngine({ backend });
  const results = await runConformance(engine, { tolerance: { float32: 5e-5 } });
  const failures = results.filter((r) => !r.passed).map((r) => `${r.name}, ${r.aspect}: ${r.reason ?? r.error}`);
  // GLSL promises nothing of infinities and NaN, so such data is left out; its exp and log need four times the rounding of others.
  const programs = await runPrograms(engine, { count: 60, rounding: { float32: 2 ** -20 }, filter: (_, special) => !special });
  failures.push(...programs.filter((r) => !r.passed).map((r) => `seed ${r.seed}: ${r.reason}`));
  return { cases: results.length + programs.length, failures };
};
