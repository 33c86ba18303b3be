/** One outbox for whoever is signed in, above all pages. */

import { useQueryClient } from '@tanstack/react-query';
import {
  createContext,
  useContext,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
  type ReactNode,
} from 'react';
import { eventQuery } from '../api/events';
import { returned } from '../api/away';
import { meQuery } from '../api/me';
import { putRow } from '../api/rows';
import { Notes } from './note';
import { browserKeep, Outbox, type Sent } from './outbox';

const Context = createContext<{ outbox: Outbox; notes: Notes } | null>(null);

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
  const [notes] = useState(() => new Notes());
  const both = useMemo(() => ({ outbox, notes }), [outbox, notes]);
  useEffect(() => {
    const leave = outbox.follow(() => notes.giveBack(outbox.all()));
    outbox.start();
    const wake = () => outbox.wake();
    window.addEventListener('online', wake);
    const ignore = returned.on(wake);
    return () => {
      leave();
      ignore();
      window.removeEventListener('online', wake);
      outbox.close();
    };
  }, [outbox, notes]);
  return <Context value={both}>{children}</Context>;
}

export function useOutbox(): Outbox {
  return useBoth().outbox;
}

export function useNotes(): Notes {
  return useBoth().notes;
}

function useBoth() {
  const both = useContext(Context);
  if (!both) throw new Error('no outbox here');
  return both;
}

export function useSent(): readonly Sent[] {
  const outbox = useOutbox();
  return useSyncExternalStore(outbox.follow, outbox.all);
}
