/** What an event is due for, and when: taken up first, then decided. */

import type { EventRow } from '../api/types';

export type Due = {
  stage: 'acknowledge' | 'decide';
  /** RFC 3339. */
  at: string;
  /** Seconds until then; below zero once it is over. */
  left: number;
};

/** Seconds before the end within which it is shown as near. */
export const NEAR = 30 * 60;

type Targets = Pick<EventRow, 'status' | 'acknowledge_by' | 'decide_by' | 'due_at'>;

/** None for what is decided, and for what no agency has a target for. */
export function dueOf(row: Targets, now: number): Due | null {
  const untouched = row.status === 'pending';
  if (!untouched && row.status !== 'acknowledged') return null;
  const stage = untouched && row.acknowledge_by !== null ? 'acknowledge' : 'decide';
  const at = (stage === 'acknowledge' ? row.acknowledge_by : row.decide_by) ?? row.due_at;
  const time = at ? Date.parse(at) : Number.NaN;
  return at && !Number.isNaN(time) ? { stage, at, left: (time - now) / 1000 } : null;
}
