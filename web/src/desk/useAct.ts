/** Doing something with an event at once, where the officer waits for the answer. */

import { useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { eventQuery, sendDecision, type DecisionBody } from '../api/events';
import { requestKey } from '../api/key';
import { putRow } from '../api/rows';
import type { EventDetail } from '../api/types';

/** The same thing tried again goes under the same key, so that it is done once. */
export function useAct(event: EventDetail) {
  const client = useQueryClient();
  const last = useRef({ said: '', key: '' });
  return async (body: Omit<DecisionBody, 'request_key'>) => {
    const said = JSON.stringify([event.id, event.version, body]);
    if (last.current.said !== said) last.current = { said, key: requestKey() };
    const request = { ...body, request_key: last.current.key };
    const row = await sendDecision(event.id, event.version, request);
    last.current = { said: '', key: '' };
    // The next decision must know the version that this made.
    putRow(client, row);
    await client.invalidateQueries({ queryKey: eventQuery(event.id).queryKey });
  };
}
