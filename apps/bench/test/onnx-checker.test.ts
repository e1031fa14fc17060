/** The bench's models with their derivatives as ONNX files, read by ONNX's own checker. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportOnnx } from '@curv/onnx';
import { ggnvp, grad, hvp, tensor, type Tensor, type Tree, type TreeFunction } from '@curv/tensor';
import { describe, expect, it } from 'vitest';
import { argumentsOf, lossOf, lossOfOutputs, MODELS, type Parameters } from '../src/hvp/models/index.js';

/** Answers a file with its inputs, outputs and operators, after a full check: schemas, types and inferred shapes. */
const PROGRAM = `
import json, sys
import onnx
for path in sys.argv[1:]:
    model = onnx.load(path)
    try:
        onnx.checker.check_model(model, full_check=True)
        # Inference leaves no value without a shape, and agrees with the shapes that the file declares.
        inferred = onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True).graph
        known = {v.name for v in list(inferred.value_info) + list(inferred.output)}
        unknown = [o for n in inferred.node for o in n.output if o not in known]
        reason = "" if not unknown else f"no shape is inferred for {unknown[:3]}"
    except Exception as error:
        reason = str(error)
    print(json.dumps({"reason": reason, "inputs": len(model.graph.input), "outputs": len(model.graph.output), "nodes": len(model.graph.node), "domains": [o.domain for o in model.opset_import]}))
`;

const python = ['python3', '/usr/bin/python3'].find((path) => spawnSync(path, ['-c', 'import onnx']).status === 0);
if (python === undefined) console.warn('onnx-checker: no python3 with onnx on this machine (Debian: apt-get install python3-onnx); the check is skipped');

interface Verdict {
  readonly reason: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly nodes: number;
  readonly domains: readonly string[];
}

function check(files: readonly Uint8Array[]): Verdict[] {
  const folder = mkdtempSync(join(tmpdir(), 'curv-onnx-'));
  try {
    const paths = files.map((bytes, i) => {
      const path = join(folder, `${i}.onnx`);
      writeFileSync(path, bytes);
      return path;
    });
    return execFileSync(python!, ['-c', PROGRAM, ...paths], { encoding: 'utf8' }).trim().split('\n').map((line) => JSON.parse(line) as Verdict);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe.skipIf(python === undefined)('onnx.checker', () => {
  it.each(MODELS)('accepts gradient, HVP and Gauss-Newton product of $id in both dtypes', { timeout: 120_000 }, async (model) => {
    const files: Uint8Array[] = [];
    for (const dtype of ['float32', 'float64'] as const) {
      const { params, direction, x, y } = argumentsOf(model, dtype);
      const loss = lossOf(model);
      const product = ggnvp((p: Tree<Tensor>, xs: Tensor) => model.outputs(p as Parameters, xs), (z: Tensor, _: Tensor, ys: Tensor) => lossOfOutputs(z, ys));
      files.push(await exportOnnx(grad(loss) as TreeFunction, [params, x, y]));
      for (const f of [hvp(loss), product]) files.push(await exportOnnx(f as TreeFunction, [params, direction, x, y]));
    }
    const leaves = Object.keys(model.params).length;
    const verdicts = check(files);
    expect(verdicts.map(({ reason }) => reason)).toEqual(files.map(() => ''));
    expect(verdicts.map(({ inputs }) => inputs)).toEqual([leaves + 2, 2 * leaves + 2, 2 * leaves + 2, leaves + 2, 2 * leaves + 2, 2 * leaves + 2]);
    for (const { outputs, domains } of verdicts) {
      expect(outputs).toBe(leaves);
      expect(domains).toEqual(['']);
    }
  });

  it('refuses a file that does not add up', async () => {
    const bytes = await exportOnnx((a: Tensor, b: Tensor) => a.matmul(b), [tensor([1, 2], [1, 2]), tensor([3, 4], [2, 1])]);
    // The same product with an operator that does not exist.
    const broken = Buffer.from(bytes);
    broken.write('Gemn', broken.indexOf('Gemm'));
    expect(check([bytes, broken]).map(({ reason }) => reason === '')).toEqual([true, false]);
  });
});
