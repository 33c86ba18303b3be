/** What may show the same incident: events at this place, the nearest in time first. */

import type { EventDetail, EventRow } from '../api/types';

export function nearest(event: Pick<EventDetail, 'moment_utc' | 'similar'>): EventRow[] {
  const at = Date.parse(event.moment_utc);
  const apart = (row: EventRow) => Math.abs(Date.parse(row.moment_utc) - at);
  return event.similar.filter((row) => !row.merged_into).toSorted((a, b) => apart(a) - apart(b));
}
