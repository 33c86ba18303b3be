/** A camera's latest picture, with the time it was taken at. */

import { queryOptions } from '@tanstack/react-query';
import { background } from './presence';
import type { Camera } from './types';

/** Seconds between two pictures of what is seen live. */
const LIVE = 30;
/** What is older than this comes from no running service: it is asked for more rarely; seconds. */
export const OLD = 180;
const RARELY = 300;

export type Still = {
  picture: Blob;
  /** Milliseconds; none where the server does not say. */
  taken: number | null;
};

export function ageOf(still: Pick<Still, 'taken'>, now: number): number | null {
  return still.taken === null ? null : Math.max(0, (now - still.taken) / 1000);
}

/** Seconds until the picture is asked for again. */
export function againIn(still: Pick<Still, 'taken'> | null | undefined, now: number): number {
  const age = still ? ageOf(still, now) : null;
  return age !== null && age < OLD ? LIVE : RARELY;
}

/** None where there is no picture yet. */
async function fetchStill(address: string): Promise<Still | null> {
  const answer = await fetch(address, {
    credentials: 'same-origin',
    cache: 'no-cache',
    headers: background(),
    signal: AbortSignal.timeout(15_000),
  });
  if (answer.status === 404 || answer.status === 410) return null;
  if (!answer.ok) throw new Error(`${answer.status}`);
  const taken = Date.parse(answer.headers.get('Last-Modified') ?? '');
  return { picture: await answer.blob(), taken: Number.isNaN(taken) ? null : taken };
}

export const stillQuery = (camera: Pick<Camera, 'id' | 'still'>, inView: boolean) =>
  queryOptions({
    queryKey: ['still', camera.id],
    queryFn: () => fetchStill(camera.still ?? ''),
    enabled: camera.still !== null && inView,
    staleTime: (LIVE / 2) * 1000,
    // A wall of many cameras keeps few pictures that are not in view.
    gcTime: 60_000,
    retry: false,
    refetchInterval: (query) => againIn(query.state.data, Date.now()) * 1000,
  });
