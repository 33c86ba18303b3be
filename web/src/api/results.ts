/** What became of confirmed events: entered by a person when the agency has answered. */

import { ask } from './client';

export type Handling = 'fined' | 'warned' | 'no_action' | 'unidentified' | 'other';
export const HANDLINGS: Handling[] = ['fined', 'warned', 'no_action', 'unidentified', 'other'];

export type EventResult = {
  /** One of the site's agencies, or a name. */
  agency: string | null;
  agency_name: string | null;
  handed_over: string | null;
  result: Handling | null;
  note: string | null;
  entered: string | null;
  by_name: string | null;
};

export type ResultBody = { agency?: string; result: Handling; note?: string };

export function sendResult(event: string, body: ResultBody) {
  return ask<EventResult>(`/events/${encodeURIComponent(event)}/result`, {
    method: 'POST',
    body,
    seconds: 8,
  });
}
