/** The plate of the event that is looked at: what stands, what is typed, and what is wrong with it. */

import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { requestKey } from '../api/key';
import type { EventDetail } from '../api/types';
import { useSay } from '../shell/say';
import type { Decided } from './choice';
import { isOpen } from './outbox';
import { useOutbox, useSent } from './OutboxProvider';
import { unsaved, withPlate, wrong, type Drafts } from './plate';

export type PlateHand = {
  value: string;
  changed: boolean;
  error: string | null;
  busy: boolean;
  type: (text: string) => void;
  /** Fills in a machine's guess. */
  take: (guess: string) => void;
  save: () => void;
};

export function usePlate(event: EventDetail | undefined) {
  const { t } = useTranslation();
  const say = useSay();
  const outbox = useOutbox();
  const sent = useSent();
  const [drafts, setDrafts] = useState<Drafts>({});
  /** What was to be sent and is plainly none. */
  const [tried, setTried] = useState({ event: '', text: '' });
  const draft = event ? unsaved(drafts, event, sent) : null;
  const typed = event ? drafts[event.id] : undefined;
  const guess = draft !== null && typed?.guess === true;
  /** What goes with a confirmation: a guess only once somebody has changed it; saved, it stands. */
  const travels = guess ? null : draft;
  const stands = event?.plate ?? '';
  const mine = sent.filter((s) => s.event === event?.id && s.body.plate !== undefined);
  const last = mine.at(-1);
  const isTried = tried.event === event?.id && tried.text === draft;
  const what = isTried && draft ? wrong(draft) : null;
  const refused =
    last?.state === 'refused' && last.code === 'bad_plate' && last.body.plate === draft;

  /** Whether what is typed can be sent; if not, the field says why. */
  const isSound = (): boolean => {
    if (!event || !draft || wrong(draft) === null) return true;
    setTried({ event: event.id, text: draft });
    document.querySelector<HTMLElement>('[data-plate]')?.focus();
    return false;
  };
  const keep = (text: string, guess: boolean) => {
    if (!event) return;
    setDrafts({ ...drafts, [event.id]: { from: stands, text, at: Date.now(), guess } });
  };
  const hand: PlateHand = {
    // Blanks stay while they are typed.
    value: draft !== null && typed ? typed.text : stands,
    changed: draft !== null,
    error: what ? t(`plate.wrong.${what}`) : refused ? say(last.why) : null,
    busy: mine.some(isOpen),
    type: (text) => keep(text, false),
    take: (text) => keep(text, true),
    save: () => {
      if (!event || draft === null || mine.some(isOpen) || !isSound()) return;
      outbox.add(event, { action: 'plate', plate: draft, request_key: requestKey() });
    },
  };
  /** The decision with what is typed, in the order it is sent; none: it cannot go so. */
  const joined = (decided: Decided): Decided[] => {
    if (decided.action === 'confirm' && travels !== null && !isSound()) return [];
    // What is taken back already is not taken back twice.
    const goes = draft === '' && mine.some((s) => isOpen(s) && s.body.plate === '');
    return withPlate(decided, goes ? null : travels);
  };
  return { hand, joined, travels, guess };
}
