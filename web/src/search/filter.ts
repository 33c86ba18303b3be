/** A search as it stands in the page's address. */

import { queryOf } from '../api/client';
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
  'assignee',
  'agency',
  'from',
  'to',
  'hour_from',
  'hour_to',
  'overdue',
  'second_look',
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
  const { overdue, second_look, order, to, ...rest } = search;
  return {
    ...rest,
    ...(to ? { to: dayFrom(to, 1) } : {}),
    ...(overdue === 'true' ? { overdue: true } : {}),
    ...(second_look === 'wanted' ? { second_look } : {}),
    order: (order as EventFilter['order']) ?? 'newest',
  };
}

/** As a kept search is written: the query string of `/events`. */
export const queryOfSearch = (search: Search): string => queryOf(filterOf(search)).slice(1);

/** A kept search, as it stands in this page's address again. */
export function searchOfQuery(query: string): Search {
  const search = searchOf(Object.fromEntries(new URLSearchParams(query)));
  return search.to ? { ...search, to: dayFrom(search.to, -1) } : search;
}

/** So many days after a day; what is no day stays as it is. */
export function dayFrom(day: string, days: number): string {
  const at = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(at.getTime())) return day;
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}
