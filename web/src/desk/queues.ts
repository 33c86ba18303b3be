/** The queues of the desk: what waits, what is given to oneself, what wants a second look. */

import { WAITING, type EventFilter } from '../api/events';
import type { Me } from '../api/types';

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

/** The desk's address: which queue, which event. */
export function deskSearchOf(values: Record<string, unknown>): DeskSearch {
  const { event, queue } = values;
  return {
    ...(typeof event === 'string' || typeof event === 'number' ? { event: String(event) } : {}),
    ...(queue === 'mine' || queue === 'second_look' ? { queue } : {}),
  };
}
