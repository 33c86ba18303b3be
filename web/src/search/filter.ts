/** A search as it stands in the page's address. */

import type { EventFilter } from '../api/events';

export const NAMES = [
  'text',
  'status',
  'kind',
  'domain',
  'ward',
  'camera',
  'class',
  'plate',
  'reviewer',
  'agency',
  'from',
  'to',
  'hour_from',
  'hour_to',
  'overdue',
  'order',
] as const;
export type Name = (typeof NAMES)[number];
export type Search = Partial<Record<Name, string>>;

/** Only what is known, as texts. */
export function searchOf(values: Record<string, unknown>): Search {
  const search: Search = {};
  for (const name of NAMES) {
    const value = values[name];
    if (typeof value === 'string' || typeof value === 'number' || value === true) {
      const text = String(value).trim();
      if (text !== '') search[name] = text;
    }
  }
  return search;
}

/** What the server is asked; days are whole ones: `to` is the day after the last. */
export function filterOf(search: Search): EventFilter {
  const { overdue, order, to, ...rest } = search;
  return {
    ...rest,
    ...(to ? { to: dayAfter(to) } : {}),
    ...(overdue === 'true' ? { overdue: true } : {}),
    order: (order as EventFilter['order']) ?? 'newest',
  };
}

export function dayAfter(day: string): string {
  const at = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(at.getTime())) return day;
  at.setUTCDate(at.getUTCDate() + 1);
  return at.toISOString().slice(0, 10);
}
