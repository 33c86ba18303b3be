/** How an event's files stand against what was sealed. */

import type { EventDetail, EvidenceFile } from '../api/types';

type Files = Pick<EventDetail, 'files'>;

export const inState = (event: Files, state: 'missing' | 'altered'): EvidenceFile[] =>
  event.files.filter((f) => f.state === state);

export const stateOf = (event: Files, name: string | null): EvidenceFile['state'] =>
  event.files.find((f) => f.name === name)?.state;
