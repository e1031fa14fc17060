/** CLAPACK compiled to JavaScript: the drivers for symmetric eigenvalues and singular values, by divide and conquer. */
import type { Peer } from './peers.js';
import type { Task } from './tasks.js';

/** Its heap is 16 MB. */
const LARGEST = 300;

export async function emlapack(): Promise<Peer> {
  const module: any = (await import('emlapack')).default;
  return {
    name: 'emlapack 0.0.3',
    limits: `n ≤ ${LARGEST}, all that its heap of 16 MB holds`,
    prepare: (task) => {
      if (task.n > LARGEST) return null;
      if (task.name === 'symmetric eigen') return symmetricEigen(module, task);
      return task.name === 'svd' ? thinSvd(module, task) : null;
    },
  };
}

/** Arguments of a driver live in the module's heap. */
class Heap {
  constructor(readonly module: any) {}

  /** Address of an integer. */
  int(value: number): number {
    const at = this.module._malloc(4) as number;
    this.module.setValue(at, value, 'i32');
    return at;
  }

  /** Address of a letter. */
  letter(value: string): number {
    const at = this.module._malloc(1) as number;
    this.module.setValue(at, value.charCodeAt(0), 'i8');
    return at;
  }

  doubles(count: number): number {
    const at = this.module._malloc(8 * count) as number;
    if (at === 0) throw new Error(`the heap of emlapack does not hold ${count} numbers more`);
    return at;
  }

  ints(count: number): number {
    return this.module._malloc(4 * count) as number;
  }

  load(at: number, values: Float64Array): void {
    this.module.HEAPF64.set(values, at / 8);
  }

  driver(name: string, parameters: number): (...addresses: number[]) => void {
    return this.module.cwrap(name, null, Array.from({ length: parameters }, () => 'number'));
  }

  succeed(name: string, info: number): void {
    const code = this.module.getValue(info, 'i32') as number;
    if (code !== 0) throw new Error(`${name} of emlapack ends with info = ${code}`);
  }
}

/** dsyevd: values and vectors. */
function symmetricEigen(module: any, { n, data }: Task): () => void {
  const heap = new Heap(module);
  const [order, info, a, w] = [heap.int(n), heap.int(0), heap.doubles(n * n), heap.doubles(n)];
  const [vectors, upper] = [heap.letter('V'), heap.letter('U')];
  // the least workspace with vectors, by LAPACK's manual, and a block more for the reduction
  const [size, ints] = [1 + 6 * n + 2 * n * n + 32 * n, 3 + 5 * n];
  const [work, workSize, iwork, iworkSize] = [heap.doubles(size), heap.int(size), heap.ints(ints), heap.int(ints)];
  const dsyevd = heap.driver('dsyevd_', 11);
  return () => {
    heap.load(a, data);
    dsyevd(vectors, upper, order, a, order, w, work, workSize, iwork, iworkSize, info);
    heap.succeed('dsyevd', info);
  };
}

/** dgesdd with thin U and Vᵀ: the transpose by rows is the matrix by columns, and its singular values are the same. */
function thinSvd(module: any, { n, data }: Task): () => void {
  const heap = new Heap(module);
  const [order, info, thin] = [heap.int(n), heap.int(0), heap.letter('S')];
  const [a, s, u, vt] = [heap.doubles(n * n), heap.doubles(n), heap.doubles(n * n), heap.doubles(n * n)];
  const size = 7 * n + 4 * n * n + 64 * n;
  const [work, workSize, iwork] = [heap.doubles(size), heap.int(size), heap.ints(8 * n)];
  const dgesdd = heap.driver('dgesdd_', 14);
  return () => {
    heap.load(a, data);
    dgesdd(thin, order, order, a, order, s, u, order, vt, order, work, workSize, iwork, info);
    heap.succeed('dgesdd', info);
  };
}
