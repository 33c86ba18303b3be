/** The copy of a clip for browsers that cannot play the original: asked for until it is made. */

import { viewCopyOf } from './events';

/** Seconds between two questions, where the server does not say. */
const AGAIN = 2;
const LONGEST = 15;
/** Seconds after which it is no longer waited for. */
const PATIENCE = 180;

export type CopyState =
  | { step: 'asking' }
  /** It is being made. */
  | { step: 'making' }
  | { step: 'ready'; address: string }
  /** `gone`: the clip itself is no longer there. */
  | { step: 'failed'; gone: boolean };

type Answer = Pick<Response, 'status'> & { headers: Pick<Headers, 'get'> };
type Look = (address: string, signal: AbortSignal) => Promise<Answer>;

const look: Look = (address, signal) =>
  fetch(address, {
    headers: { Range: 'bytes=0-0' },
    cache: 'no-store',
    credentials: 'same-origin',
    signal,
  });

/** Seconds to wait before asking again. */
export function waitOf(retryAfter: string | null): number {
  const seconds = Number(retryAfter);
  return seconds > 0 ? Math.min(seconds, LONGEST) : AGAIN;
}

/** Tells each step until the copy is ready or cannot be had. */
export async function awaitCopy(
  event: string,
  tell: (state: CopyState) => void,
  signal: AbortSignal,
  ask: Look = look,
): Promise<void> {
  const address = viewCopyOf(event);
  for (let waited = 0; waited < PATIENCE;) {
    const answer = await ask(address, signal).catch(() => null);
    if (signal.aborted) return;
    if (answer && (answer.status === 200 || answer.status === 206)) {
      tell({ step: 'ready', address });
      return;
    }
    // Not reached, busy or being made: it may come yet.
    const comes = !answer || answer.status === 202 || answer.status === 429 || answer.status >= 500;
    if (!comes) {
      tell({ step: 'failed', gone: answer.status === 404 || answer.status === 410 });
      return;
    }
    if (answer?.status === 202) tell({ step: 'making' });
    const seconds = waitOf(answer?.headers.get('Retry-After') ?? null);
    await new Promise((go) => setTimeout(go, seconds * 1000));
    if (signal.aborted) return;
    waited += seconds;
  }
  tell({ step: 'failed', gone: false });
}
