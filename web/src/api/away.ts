/** Whether the server, or the database behind it, is away. Every answer tells; pages follow. */

import { create } from './signal';

export type Away = {
  what: 'unreachable' | 'database_away';
  /** Since when; milliseconds of the browser's clock. */
  since: number;
} | null;

export const away = create<Away>(null);
/** How often it came back: what broke meanwhile is tried again when this counts on. */
export const returned = create(0);

export const isAway = (code: string): code is NonNullable<Away>['what'] =>
  code === 'unreachable' || code === 'database_away';

/** Notes what a request met: `null` that it was answered. */
export function noteAnswer(code: string | null, now: number = Date.now()): void {
  const before = away.get();
  if (code !== null && isAway(code)) {
    if (before?.what !== code) away.set({ what: code, since: before?.since ?? now });
    return;
  }
  if (before === null) return;
  away.set(null);
  returned.set(returned.get() + 1);
}
