/** Runs in the page: the conformance suite on a browser backend. */
import { runConformance } from '@curv/tensor/conformance';
import { tfjsEngine } from '../../src/index.js';

declare global {
  interface Window {
    conformance(backend: string): Promise<{ cases: number; failures: string[] }>;
  }
}

window.conformance = async (backend) => {
  // GLSL's exp and log are good to 3 units in the last place; the third derivative of logSumExp cancels that up to 3.0e-5 (measured on SwiftShader).
  const results = await runConformance(await tfjsEngine({ backend }), { tolerance: { float32: 5e-5 } });
  const failures = results.filter((r) => !r.passed).map((r) => `${r.name}, ${r.aspect}: ${r.reason ?? r.error}`);
  return { cases: results.length, failures };
};
