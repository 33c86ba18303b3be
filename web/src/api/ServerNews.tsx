/** What the server tells by itself (server-sent events), brought into the queries' cache. */

import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { putRow } from './rows';
import { create } from './signal';
import type { EventRow } from './types';

/** Events that came in since the queue was last fetched. */
export const fresh = create(0);

export function ServerNews() {
  const client = useQueryClient();
  useEffect(() => {
    // The browser connects again by itself and tells the server what it saw last.
    const source = new EventSource('/api/v1/stream');
    const on = (name: string, act: (data: unknown) => void) =>
      source.addEventListener(name, (message) => {
        try {
          act(JSON.parse((message as MessageEvent<string>).data));
        } catch {
          // A word that is not understood is no reason to stop listening.
        }
      });
    on('event_new', () => fresh.set(fresh.get() + 1));
    on('event_changed', (data) => {
      const row = data as EventRow;
      if (!row.id) return;
      putRow(client, row);
      void client.invalidateQueries({ queryKey: ['event', row.id] });
    });
    on('camera_state', () => void client.invalidateQueries({ queryKey: ['cameras'] }));
    on('figures', () => void client.invalidateQueries({ queryKey: ['figures'] }));
    // The server has forgotten what this page saw last: everything is asked for anew.
    on('reload', () => void client.invalidateQueries());
    return () => source.close();
  }, [client]);
  return null;
}
