/** What an interrupted analysis leaves behind, so that the next run goes on where it was. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { PassState, PassStore } from '@curv/hessian-core';
import { flatten, type Tensor, tensor, type Tree, unflatten } from '@curv/tensor';
import { writeAtomic } from '../atomic.js';
import { version } from '../version.js';
import type { Trained } from './train.js';

/** Bytes of products that are kept of the section under way; what comes after is computed again. */
const PASS_LIMIT = 2 ** 28;

interface Content {
  /** Tool, data and options: another analysis does not go on from it. */
  key: string;
  trained: { readonly values: readonly Float32Array[]; readonly rest: Omit<Trained, 'params'> } | null;
  sections: Map<string, unknown>;
  passes: Map<string, PassState>;
}

/** The state of an analysis in its folder. */
export class Checkpoint {
  private bytes = 0;
  /** Whether something was there to go on from. */
  readonly resumed: boolean;

  private constructor(private readonly file: string, private readonly content: Content, private readonly trains: boolean) {
    this.resumed = content.trained !== null || content.sections.size > 0 || content.passes.size > 0;
    for (const { sum } of content.passes.values()) this.bytes += sum.byteLength;
  }

  /**
   * What an earlier run with the same key has left in the folder, or an empty one. A file that cannot be read counts as none.
   * @param trains the analysis begins with a training, without which nothing else is worth keeping
   */
  static async open(folder: string, key: object, trains: boolean): Promise<Checkpoint> {
    const file = join(folder, 'analysis.checkpoint');
    const text = JSON.stringify({ tool: version, ...key });
    try {
      const content = deserialize(await readFile(file)) as Content;
      if (content.key === text) return new Checkpoint(file, content, trains);
    } catch {
      // none, or not whole
    }
    return new Checkpoint(file, { key: text, trained: null, sections: new Map(), passes: new Map() }, trains);
  }

  /** Products of the section under way. */
  readonly passes: PassStore = {
    get: (key) => this.content.passes.get(key),
    set: (key, state) => {
      const before = this.content.passes.get(key);
      if (before === undefined && this.bytes + state.sum.byteLength > PASS_LIMIT) return;
      if (before === undefined) this.bytes += state.sum.byteLength;
      this.content.passes.set(key, state);
    },
  };

  /** The trained model of the earlier run, or one made now. */
  async trained(like: Tree<Tensor>, make: () => Promise<Trained>): Promise<Trained> {
    const { trained } = this.content;
    if (trained !== null) {
      const { leaves, def } = flatten(like);
      return { ...trained.rest, params: unflatten(def, trained.values.map((v, i) => tensor(v, leaves[i]!.shape))) as never };
    }
    const made = await make();
    const { params, ...rest } = made;
    const values: Float32Array[] = [];
    for (const leaf of flatten(params).leaves) values.push(Float32Array.from(await leaf.data()));
    this.content.trained = { values, rest };
    return made;
  }

  /** A section's finding from the earlier run, or one made now; then the products that it took are let go. */
  async section<T>(name: string, make: () => Promise<T>): Promise<T> {
    const { sections, passes } = this.content;
    if (sections.has(name)) return sections.get(name) as T;
    const found = await make();
    sections.set(name, found);
    passes.clear();
    this.bytes = 0;
    return found;
  }

  /** Whether the earlier run has finished a section. */
  has(name: string): boolean {
    return this.content.sections.has(name);
  }

  /** Writes the file, whole or not at all; before the end of training there is nothing to write. */
  async save(): Promise<void> {
    if (!this.trains || this.content.trained !== null) await writeAtomic(this.file, serialize(this.content));
  }

  /** The analysis is complete. */
  async remove(): Promise<void> {
    await rm(this.file, { force: true });
  }
}
