/** The queues of the desk: what waits, what is given to oneself, what wants a second look. */

import { WAITING, type EventFilter } from '../api/events';
import type { EventRow, Me } from '../api/types';

export const QUEUES = ['waiting', 'mine', 'second_look'] as const;
export type QueueName = (typeof QUEUES)[number];
export type DeskSearch = { event?: string; queue?: Exclude<QueueName, 'waiting'> };

export function filterOfQueue(queue: QueueName, me: Pick<Me, 'id'>): EventFilter {
  switch (queue) {
    case 'waiting':
      return WAITING;
    case 'mine':
      return { ...WAITING, assignee: me.id };
    case 'second_look':
      return { second_look: 'wanted', order: 'oldest' };
  }
}

/** Whether somebody has dealt with it meanwhile: its row stays where it is, but waits no longer. */
export function isGone(
  row: Pick<EventRow, 'status' | 'second_look' | 'merged_into'>,
  queue: QueueName,
): boolean {
  if (queue === 'second_look') return row.second_look !== 'wanted';
  return Boolean(row.merged_into) || (row.status !== 'pending' && row.status !== 'acknowledged');
}

/** The desk's address: which queue, which event. */
export function deskSearchOf(values: Record<string, unknown>): DeskSearch {
  const { event, queue } = values;
  return {
    ...(typeof event === 'string' || typeof event === 'number' ? { event: String(event) } : {}),
    ...(queue === 'mine' || queue === 'second_look' ? { queue } : {}),
  };
}
