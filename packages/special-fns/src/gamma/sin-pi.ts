/** sin πx, exact at multiples of ½ and accurate to the last place near integers. */
export function sinPi(x: number): number {
  const magnitude = Math.abs(x) % 2;
  const half = magnitude > 1 ? magnitude - 1 : magnitude;
  const folded = half > 0.5 ? 1 - half : half;
  const value = folded > 0.25 ? Math.cos(Math.PI * (0.5 - folded)) : Math.sin(Math.PI * folded);
  return magnitude > 1 !== x < 0 ? -value : value;
}

/** cos πx, exact at multiples of ½. */
export function cosPi(x: number): number {
  const magnitude = Math.abs(x) % 2;
  const folded = magnitude > 1 ? 2 - magnitude : magnitude;
  return folded > 0.5 ? -cosFirst(1 - folded) : cosFirst(folded);
}

function cosFirst(x: number): number {
  return x > 0.25 ? Math.sin(Math.PI * (0.5 - x)) : Math.cos(Math.PI * x);
}
