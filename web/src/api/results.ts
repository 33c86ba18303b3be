/** What became of confirmed events: entered by a person when the agency has answered. */

import { ask } from './client';
import type { EventResult, Handling } from './types';

export const HANDLINGS: Handling[] = ['fined', 'warned', 'no_action', 'unidentified', 'other'];

export type ResultBody = { agency?: string; result: Handling; note?: string };

export function sendResult(event: string, body: ResultBody) {
  return ask<EventResult>(`/events/${encodeURIComponent(event)}/result`, {
    method: 'POST',
    body,
    seconds: 8,
  });
}
