/** Running graphs: the choice of an engine, moving data to it, and a cache of executables by the graphs' structure. */
import type { Engine, Executable, Graph, Params, Spec, TypedArray } from './api.js';
import { cpu } from './engines/cpu/index.js';
import { nodeKey } from './node-key.js';
import { lower } from './passes/lower.js';
import type { Primitive } from './primitive.js';
import { newArray, showSpec, sizeOf } from './primitive.js';
import { Tensor } from './tensor.js';
import { Trace, type Traced } from './trace.js';

let defaultEngine: Engine = cpu;

/** Makes an engine the default of everything that does not name one. */
export function setEngine(engine: Engine): void {
  if (typeof engine?.compile !== 'function') {
    throw new TypeError(`setEngine: expected an Engine with a compile(graph) method, got ${String(engine)}`);
  }
  defaultEngine = engine;
}

/** The default engine: `cpu` until `setEngine` is called. */
export const getEngine = (): Engine => defaultEngine;

/** Host array of a dtype. */
export const allocate = ({ shape, dtype }: Spec): TypedArray => newArray(dtype, sizeOf(shape));

function checkReadable(tensor: Tensor): void {
  if (tensor.trace !== null) {
    throw new TypeError(`the values of ${showSpec(tensor)} are not known while a function is being traced; return it and read the result`);
  }
  if (tensor.disposed) throw new TypeError(`tensor ${showSpec(tensor)} was disposed`);
  if (tensor.literal !== undefined && tensor.host === null) tensor.host = allocate(tensor).fill(tensor.literal);
}

export async function readTensor(tensor: Tensor): Promise<TypedArray> {
  checkReadable(tensor);
  return (tensor.host ??= await tensor.device!.engine.read(tensor.device!.storage));
}

export function readTensorSync(tensor: Tensor): TypedArray {
  checkReadable(tensor);
  if (tensor.host !== null) return tensor.host;
  const { engine, storage } = tensor.device!;
  if (engine.readSync === undefined) throw new TypeError(`dataSync: engine ${engine.name} is asynchronous; use await tensor.data()`);
  return (tensor.host = engine.readSync(storage));
}

export function releaseTensor(tensor: Tensor): void {
  const device = tensor.device;
  if (device !== null) {
    tensor.detach();
    device.engine.release(device.storage);
  }
  tensor.host = null;
  tensor.disposed = true;
}

/** The storage of a tensor on an engine; host data is uploaded once and kept there. */
function storageOn(engine: Engine, tensor: Tensor): unknown {
  const { device } = tensor;
  if (device !== null && device.engine === engine) return device.storage;
  checkReadable(tensor);
  if (tensor.host === null) {
    throw new TypeError(`tensor ${showSpec(tensor)} lives on engine ${device!.engine.name}, not on ${engine.name}; move it with await toEngine(tensor, engine)`);
  }
  if (!engine.dtypes.includes(tensor.dtype)) {
    throw new TypeError(`engine ${engine.name} has no ${tensor.dtype} (it has ${engine.dtypes.join(', ')}); cast() the tensor or use another engine`);
  }
  const storage = engine.upload(tensor.host, tensor);
  if (isHostStorage(storage)) return storage;
  if (device !== null) {
    tensor.detach();
    device.engine.release(device.storage);
  }
  tensor.attach({ engine, storage });
  return storage;
}

/** Engines that compute in the host's memory use plain typed arrays as storage. */
const isHostStorage = (storage: unknown): storage is TypedArray => ArrayBuffer.isView(storage);

const wrap = (engine: Engine, storage: unknown, spec: Spec): Tensor =>
  isHostStorage(storage) ? Tensor.fromHost(storage, spec) : Tensor.fromDevice({ engine, storage }, spec);

/** A copy of a tensor on another engine. */
export async function toEngine(tensor: Tensor, engine: Engine): Promise<Tensor> {
  const data = await tensor.data();
  return wrap(engine, engine.upload(data.slice(), tensor), tensor);
}

/** The engine on which the operands live; the default where they are all on the host. */
export function engineOf(inputs: readonly Tensor[]): Engine {
  let found: Engine | null = null;
  for (const { device, host } of inputs) {
    if (device === null || host !== null) continue;
    if (found !== null && found !== device.engine) {
      throw new TypeError(`operands live on different engines (${found.name} and ${device.engine.name}); move one with await toEngine(tensor, engine)`);
    }
    found = device.engine;
  }
  return found ?? defaultEngine;
}

/** Runs an executable on tensors. */
export function runExecutable(engine: Engine, executable: Executable, graph: Graph, inputs: readonly Tensor[]): Tensor[] {
  const storages = inputs.map((input) => storageOn(engine, input));
  return executable.run(storages).map((storage, i) => wrap(engine, storage, graph.outputs[i]!));
}

const CACHE_SIZE = 512;
const caches = new WeakMap<Engine, Map<string, Executable>>();

/** The executable of an equal graph, or a new one; the least recently used are dropped. */
function cachedExecutable(engine: Engine, graph: Graph): Executable {
  let cache = caches.get(engine);
  if (cache === undefined) caches.set(engine, (cache = new Map()));
  const key = graphKey(graph);
  let executable = cache.get(key);
  if (executable === undefined) executable = engine.compile(graph);
  else cache.delete(key);
  cache.set(key, executable);
  if (cache.size > CACHE_SIZE) {
    const [oldest, dropped] = cache.entries().next().value!;
    cache.delete(oldest);
    dropped.dispose();
  }
  return executable;
}

/** A text that is equal for graphs of equal structure. Ids are positions, as `lower` leaves them. */
function graphKey(graph: Graph): string {
  const lines = graph.nodes.map((node) => (node.op === 'input' ? showSpec(node) : nodeKey(node.op, node.inputs, node.params)));
  return `${lines.join('\n')}\n${graph.inputs.map((n) => n.id).join()}\n${graph.outputs.map((n) => n.id).join()}`;
}

/** Runs a traced function once. */
export function runTraced(traced: Traced, inputs: readonly Tensor[]): Tensor[] {
  const all = [...inputs, ...traced.captures];
  const engine = engineOf(all);
  const graph = lower(traced).graph;
  return runExecutable(engine, cachedExecutable(engine, graph), graph, all);
}

/** Applies one primitive to known values. Uniform constants stay part of the graph. */
export function runEagerly(prim: Primitive, inputs: readonly Tensor[], params: Params, spec: Spec): Tensor {
  const trace = new Trace();
  const nodes = inputs.map((input) => trace.lift(input.literal === undefined ? trace.input(input) : input));
  const output = Tensor.traced(trace, trace.add(prim, nodes, params, spec));
  const known = inputs.filter((input) => input.literal === undefined);
  return runTraced(trace.close([output]), known)[0]!;
}
