/** Types that callers need. */

/** Where random numbers come from: `random(seed)` of @curv/tensor and `randomStream(seed)` of @curv/linalg are such sources. */
export interface UniformSource {
  /** Uniform in [0, 1), 53 bits. */
  uniform(): number;
}

/** Numbers that a vectorized function takes in one argument: one for all, or one for each element. */
export type Broadcast = number | ArrayLike<number>;
