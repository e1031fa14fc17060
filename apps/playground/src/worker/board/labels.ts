/** Names of the two nets by their optimizers. */
export const labelsOf = (left: string, right: string): readonly [string, string] => (left === right ? [`${left}, left`, `${right}, right`] : [left, right]);
