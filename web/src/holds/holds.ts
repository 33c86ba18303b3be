/** Evidence that is kept for a case, as the server tells it. */

import { queryOptions } from '@tanstack/react-query';
import { ask, queryOf } from '../api/client';
import type { Text } from '../api/types';

/** Holds that the server tells of at once; older ones are found with their events. */
export const MOST = 500;

export type Hold = {
  id: string;
  event: string;
  kind_name: Text;
  camera_name: string;
  moment_utc: string;
  reason: string;
  by_name: string;
  at_utc: string;
  until_utc: string | null;
  active: boolean;
};

/** What is kept now, of one event or of all. */
export const holdsQuery = (event = '') =>
  queryOptions({
    queryKey: ['holds', event],
    queryFn: () => ask<Hold[]>(`/holds${queryOf({ event })}`),
  });

/** `until` is a day of the local calendar, which counts whole; empty: until it is lifted. */
export const hold = (event: string, reason: string, until: string, key: string) =>
  ask<Hold>('/holds', {
    method: 'POST',
    body: { event, reason, ...endOf(until), request_key: key },
  });

export const lift = (id: string, reason: string) =>
  ask<Hold>(`/holds/${encodeURIComponent(id)}/lift`, { method: 'POST', body: { reason } });

/** The last second of a day in Vietnam's time, as the server wants it. */
export function endOf(day: string): { until?: string } {
  return day === '' ? {} : { until: `${day}T23:59:59+07:00` };
}
