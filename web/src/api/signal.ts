/** A value that parts of the page follow. */

import { useSyncExternalStore } from 'react';

export type Signal<T> = {
  get: () => T;
  set: (value: T) => void;
  on: (f: () => void) => () => void;
};

export function create<T>(first: T): Signal<T> {
  let value = first;
  const followers = new Set<() => void>();
  return {
    get: () => value,
    set: (next) => {
      if (Object.is(next, value)) return;
      value = next;
      for (const f of followers) f();
    },
    on: (f) => {
      followers.add(f);
      return () => followers.delete(f);
    },
  };
}

export function useSignal<T>(signal: Signal<T>): T {
  return useSyncExternalStore(signal.on, signal.get);
}
