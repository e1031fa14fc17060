/** A program is bundled as its text. */
declare module '*.py' {
  const program: string;
  export default program;
}
