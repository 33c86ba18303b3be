/** Events and decisions on them. */

import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { ask, queryOf } from './client';
import type { Action, EventDetail, EventPage, EventRow } from './types';

/** What a list of events is asked for; names as the server's query. */
export type EventFilter = {
  status?: string;
  kind?: string;
  domain?: string;
  ward?: string;
  camera?: string;
  agency?: string;
  assignee?: string;
  from?: string;
  to?: string;
  hour_from?: string;
  hour_to?: string;
  class?: string;
  plate?: string;
  reviewer?: string;
  text?: string;
  overdue?: boolean;
  second_look?: 'wanted';
  order?: 'due' | 'newest' | 'oldest' | 'severity';
};

/** What the desk shows: what waits for a decision, the most urgent first. */
export const WAITING: EventFilter = { status: 'pending,acknowledged', order: 'due' };

export const eventsQuery = (filter: EventFilter, limit = 100) =>
  infiniteQueryOptions({
    queryKey: ['events', filter, limit],
    queryFn: ({ pageParam }) =>
      ask<EventPage>(`/events${queryOf({ ...filter, limit, cursor: pageParam })}`),
    initialPageParam: '',
    getNextPageParam: (last) => last.next ?? undefined,
    staleTime: 30_000,
  });

export const eventQuery = (id: string) =>
  queryOptions({
    queryKey: ['event', id],
    queryFn: () => ask<EventDetail>(`/events/${encodeURIComponent(id)}`),
    staleTime: 30_000,
  });

export type DecisionBody = {
  action: Action;
  reason?: string;
  note?: string;
  plate?: string;
  /** Of `assign`. */
  agency?: string | null;
  assignee?: string | null;
  /** Of `merge`: the event that this one is the same as. */
  other?: string;
  request_key: string;
};

export function sendDecision(event: string, version: number, body: DecisionBody) {
  return ask<EventRow>(`/events/${encodeURIComponent(event)}/decision`, {
    method: 'POST',
    body,
    ifMatch: `"${version}"`,
    seconds: 8,
  });
}

/** The address of one of an event's files; `width` in pixels for a smaller picture. */
export function fileOf(event: string, name: string, width?: number): string {
  const path = `/api/v1/events/${encodeURIComponent(event)}/files/${encodeURIComponent(name)}`;
  return width ? `${path}?width=${width}` : path;
}

/** A copy of the clip for browsers that cannot play the original. */
export const viewCopyOf = (event: string) => `/api/v1/events/${encodeURIComponent(event)}/view.mp4`;
