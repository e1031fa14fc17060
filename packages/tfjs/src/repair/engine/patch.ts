/** Replacing methods of an object so that they can be put back. */

/** Puts a method back; a later replacement by somebody else is left in place, and ours then only passes calls on. */
export type Undo = () => void;

/** Replaces `target[name]` by what `make` returns for the method that was there. */
export function replaceMethod<T extends object, K extends keyof T>(target: T, name: K, make: (original: T[K]) => T[K]): Undo {
  const own = Object.getOwnPropertyDescriptor(target, name);
  const original = target[name] as T[K] & ((...args: unknown[]) => unknown);
  const replacement = make(original.bind(target) as T[K]) as typeof original;
  let active = true;
  const method = function (this: unknown, ...args: unknown[]): unknown {
    return active ? replacement(...args) : original.apply(target, args);
  };
  Object.defineProperty(target, name, { value: method, configurable: true, writable: true, enumerable: true });
  return () => {
    active = false;
    if (target[name] !== (method as unknown)) return;
    if (own) Object.defineProperty(target, name, own);
    else delete target[name];
  };
}
