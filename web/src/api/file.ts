/** Files that the server gives to be saved. Packs, which are large, are left to the browser. */

import { noteAnswer } from './away';
import { ApiError, refusalOf, unanswered } from './client';

export type Fetched = { name: string; blob: Blob };

/** A report of a year takes the server some time. */
const SECONDS = 180;

/** The name that the server gave a file. */
export const nameOf = (disposition: string | null): string =>
  disposition?.match(/filename="([^"]+)"/)?.[1] ?? 'streetward';

export async function fetchFile(address: string): Promise<Fetched> {
  let answer: Response;
  let blob: Blob;
  try {
    answer = await fetch(address, {
      credentials: 'same-origin',
      signal: AbortSignal.timeout(SECONDS * 1000),
    });
    blob = await answer.blob();
  } catch {
    noteAnswer('unreachable');
    throw new ApiError(0, 'unreachable', unanswered, null, {});
  }
  const refused = answer.ok ? null : refusalOf(answer.status, await blob.text());
  noteAnswer(refused?.code ?? null);
  if (refused) throw refused;
  return { name: nameOf(answer.headers.get('Content-Disposition')), blob };
}

/** Has the browser save it. */
export function save({ name, blob }: Fetched): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser reads it after this.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
