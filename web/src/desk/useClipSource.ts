/** What is played: the clip as it was recorded, or, where the browser cannot, a copy for viewing. */

import { useCallback, useEffect, useState } from 'react';
import { returned } from '../api/away';
import { fileOf } from '../api/events';
import { useSignal } from '../api/signal';
import type { EventDetail } from '../api/types';
import { awaitCopy, type CopyState } from '../api/viewCopy';
import { stateOf } from './fileState';

export type ClipSource =
  | { what: 'none' }
  | { what: 'missing' }
  | { what: 'original'; address: string }
  | { what: 'copy'; copy: CopyState };

export function useClipSource(event: EventDetail) {
  const clip = event.record?.clip ?? null;
  const file = clip?.file ?? null;
  const there = useSignal(returned);
  const could = clip?.plays_in_browsers !== false;
  const [plays, setPlays] = useState(could);
  const [copy, setCopy] = useState<CopyState>({ step: 'asking' });
  const [tries, setTries] = useState(0);
  // What failed while the server was away may play now that it is back.
  useEffect(() => setPlays(could), [there, could]);
  const missing = stateOf(event, file) === 'missing';
  const wanted = file !== null && !plays && !missing;
  useEffect(() => {
    if (!wanted) return;
    const stop = new AbortController();
    setCopy({ step: 'asking' });
    void awaitCopy(event.id, setCopy, stop.signal);
    return () => stop.abort();
  }, [wanted, event.id, tries, there]);

  let source: ClipSource = { what: 'none' };
  if (file !== null)
    source = missing
      ? { what: 'missing' }
      : plays
        ? { what: 'original', address: fileOf(event.id, file) }
        : { what: 'copy', copy };
  const onFailed = useCallback(() => {
    if (plays) setPlays(false);
    else setCopy({ step: 'failed', gone: false });
  }, [plays]);
  const again = useCallback(() => setTries((n) => n + 1), []);
  return { source, onFailed, again, original: file ? fileOf(event.id, file) : null };
}
