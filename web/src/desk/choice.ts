/** What the officer has begun to decide: every decision takes two keys, so none is made by a slip. */

import type { Action, Reason } from '../api/types';

export type Choice =
  | { step: 'none' }
  | { step: 'confirm' }
  | { step: 'cannot_tell' }
  | { step: 'dismiss' }
  | { step: 'explain'; reason: string }
  | { step: 'agree' };

/** What is to be chosen: a decision, or a second look at somebody else's. */
export type Matter = 'decision' | 'second_look';

export type Decided = { action: Action; reason?: string; note?: string; plate?: string };
export type Outcome = { choice: Choice; decided?: Decided; taken: boolean };

const NONE: Choice = { step: 'none' };

/** The key that chooses a reason: 1 … 9, then 0. */
export const keyOfReason = (index: number): string =>
  index < 9 ? String(index + 1) : index === 9 ? '0' : '';

export const needsNote = (reason: Reason): boolean => reason.needs_note ?? reason.code === 'other';

/** What a key makes of the choice. */
export function press(
  choice: Choice,
  key: string,
  reasons: Reason[],
  matter: Matter = 'decision',
): Outcome {
  const k = key.length === 1 ? key.toLowerCase() : key;
  if (k === 'Escape') return { choice: NONE, taken: choice.step !== 'none' };
  if (matter === 'second_look') {
    if (k !== 'a' && k !== 'Enter') return { choice, taken: false };
    return choice.step === 'agree'
      ? { choice: NONE, decided: { action: 'agree' }, taken: true }
      : { choice: { step: 'agree' }, taken: true };
  }
  switch (choice.step) {
    case 'confirm':
      if (k === 'c' || k === 'Enter')
        return { choice: NONE, decided: { action: 'confirm' }, taken: true };
      break;
    case 'cannot_tell':
      if (k === 'u' || k === 'Enter')
        return { choice: NONE, decided: { action: 'cannot_tell' }, taken: true };
      break;
    case 'dismiss': {
      const reason = reasons.find((_, i) => keyOfReason(i) === k);
      if (reason) return choose(reason);
      break;
    }
    case 'explain':
      return { choice, taken: false };
    case 'agree':
    case 'none':
  }
  if (k === 'c' || k === 'Enter') return { choice: { step: 'confirm' }, taken: true };
  if (k === 'u') return { choice: { step: 'cannot_tell' }, taken: true };
  if (k === 'x') return { choice: { step: 'dismiss' }, taken: true };
  return { choice, taken: false };
}

export function choose(reason: Reason): Outcome {
  return needsNote(reason)
    ? { choice: { step: 'explain', reason: reason.code }, taken: true }
    : { choice: NONE, decided: { action: 'dismiss', reason: reason.code }, taken: true };
}
