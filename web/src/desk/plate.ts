/** A plate that is typed or taken and not saved: kept for its event, and sent with its confirmation. */

import type { EventDetail } from '../api/types';
import type { Decided } from './choice';
import type { Sent } from './outbox';

export type Draft = {
  /** The plate that stood when it was typed: another one takes its place. */
  from: string;
  text: string;
  /** When it was typed; milliseconds of the browser's clock. */
  at: number;
  /** A machine's, which nobody has changed: it does not go with a confirmation. */
  guess?: boolean;
};
export type Drafts = Readonly<Record<string, Draft>>;

type Event = Pick<EventDetail, 'id' | 'plate'>;

/** What is typed and differs from what stands; null: nothing. An empty text takes the plate back. */
export function unsaved(drafts: Drafts, event: Event, sent: readonly Sent[]): string | null {
  const draft = drafts[event.id];
  const stands = event.plate ?? '';
  if (!draft || draft.from !== stands) return null;
  const text = draft.text.trim();
  const arrived = sent.some(
    (s) => s.event === event.id && s.state === 'sent' && s.body.plate === text && s.at >= draft.at,
  );
  return text === stands || arrived ? null : text;
}

const FORMATS = [
  /^[1-9]\d([A-ZĐ][A-ZĐ\d]?|MĐ[1-9])\d{4,5}$/,
  /^[1-9]\d{4}(NG|QT|CV|NN)\d{2}$/,
  /^[A-Z]{2}\d{4}$/,
];

/** What is plainly no plate, so that nothing is sent with it; the server knows the formats exactly. */
export function wrong(typed: string): 'character' | 'length' | 'letter' | 'format' | null {
  const bare = typed
    .toUpperCase()
    .replaceAll('Ð', 'Đ')
    .replace(/[ .–-]/g, '');
  if (/[^A-Z0-9Đ]/.test(bare)) return 'character';
  if (bare.length < 6 || bare.length > 12) return 'length';
  if (FORMATS.some((format) => format.test(bare))) return null;
  return /^..[IJOQRW]/.test(bare) ? 'letter' : 'format';
}

/** What is sent, in order, so that a plate typed is there when the event is confirmed. */
export function withPlate(decided: Decided, draft: string | null): Decided[] {
  if (decided.action !== 'confirm' || draft === null) return [decided];
  if (draft === '') return [{ action: 'plate', plate: '' }, decided];
  return [{ ...decided, plate: draft }];
}
