/** One outbox for whoever is signed in, above all pages. */

import { useQueryClient } from '@tanstack/react-query';
import {
  createContext,
  useContext,
  useEffect,
  useState,
  useSyncExternalStore,
  type ReactNode,
} from 'react';
import { eventQuery } from '../api/events';
import { returned } from '../api/away';
import { meQuery } from '../api/me';
import { putRow } from '../api/rows';
import { browserKeep, Outbox, type Sent } from './outbox';

const Context = createContext<Outbox | null>(null);

export function OutboxProvider({ user, children }: { user: string; children: ReactNode }) {
  const client = useQueryClient();
  const [outbox] = useState(
    () =>
      new Outbox(browserKeep(user), (sent, row) => {
        if (row) putRow(client, row);
        else {
          // The session may be over: then the way leads to the door.
          void client.invalidateQueries({ queryKey: meQuery.queryKey });
        }
        void client.invalidateQueries({ queryKey: eventQuery(sent.event).queryKey });
        void client.invalidateQueries({ queryKey: ['figures'] });
      }),
  );
  useEffect(() => {
    outbox.start();
    const wake = () => outbox.wake();
    window.addEventListener('online', wake);
    const ignore = returned.on(wake);
    return () => {
      ignore();
      window.removeEventListener('online', wake);
      outbox.close();
    };
  }, [outbox]);
  return <Context value={outbox}>{children}</Context>;
}

export function useOutbox(): Outbox {
  const outbox = useContext(Context);
  if (!outbox) throw new Error('no outbox here');
  return outbox;
}

export function useSent(): readonly Sent[] {
  const outbox = useOutbox();
  return useSyncExternalStore(outbox.follow, outbox.all);
}
