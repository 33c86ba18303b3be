/** A note that is typed and not saved: kept for its event, sent with its decision, given back when lost. */

import { create } from '../api/signal';
import type { Decided } from './choice';
import { settles, type Sent } from './outbox';

/** Letters of a note at most, as the server counts. */
export const NOTE_LENGTH = 2000;

/** Both texts in one, unless one holds the other. */
export function both(first: string, second: string): string {
  if (first.includes(second)) return first;
  return second.includes(first) ? second : `${first}; ${second}`;
}

/** What is sent, in order: a decision's own note stands first and is never replaced. */
export function withNote(decided: Decided, draft: string): Decided[] {
  if (draft === '' || !settles(decided.action)) return [decided];
  const note = both(decided.note ?? '', draft).replace(/^; /, '');
  return [...note].length <= NOTE_LENGTH
    ? [{ ...decided, note }]
    : [{ action: 'note', note: draft }, decided];
}

/** Of one user, on whatever page: what is typed stays when another event or page is looked at. */
export class Notes {
  readonly drafts = create<Readonly<Record<string, string>>>({});
  private readonly back = new Set<string>();

  type(event: string, text: string): void {
    this.drafts.set({ ...this.drafts.get(), [event]: text });
  }

  /** What could not be recorded is in its field again, once. */
  giveBack(sent: readonly Sent[]): void {
    for (const { key, state, event, body } of sent) {
      if ((state !== 'conflict' && state !== 'refused') || this.back.has(key)) continue;
      this.back.add(key);
      const typed = this.drafts.get()[event]?.trim() ?? '';
      if (body.note) this.type(event, typed === '' ? body.note : both(body.note, typed));
    }
  }
}
