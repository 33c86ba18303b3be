/** A scene that is being edited, with the way back and forth. */

import { useCallback, useState } from 'react';
import type { Scene } from './scene';

/** Steps that can be taken back at most. */
const STEPS = 100;
type Past = { now: Scene; before: Scene[]; after: Scene[] };

export function useDraft(first: Scene) {
  const [past, setPast] = useState<Past>({ now: first, before: [], after: [] });
  /** `whole: false`: a drag goes on, its steps are one. */
  const edit = useCallback((scene: Scene, whole = true) => {
    setPast((p) => ({
      now: scene,
      before: whole ? [...p.before.slice(-STEPS), p.now] : p.before,
      after: [],
    }));
  }, []);
  const undo = useCallback(() => {
    setPast((p) => {
      const last = p.before.at(-1);
      return last ? { now: last, before: p.before.slice(0, -1), after: [p.now, ...p.after] } : p;
    });
  }, []);
  const redo = useCallback(() => {
    setPast((p) => {
      const next = p.after[0];
      return next ? { now: next, before: [...p.before, p.now], after: p.after.slice(1) } : p;
    });
  }, []);
  return {
    scene: past.now,
    edit,
    undo,
    redo,
    canUndo: past.before.length > 0,
    canRedo: past.after.length > 0,
  };
}
