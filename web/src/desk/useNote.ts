/** The note of the event that is looked at: what is typed, and whether it could be recorded. */

import { requestKey } from '../api/key';
import { useSignal } from '../api/signal';
import type { EventDetail } from '../api/types';
import { useSay } from '../shell/say';
import type { Decided } from './choice';
import { withNote } from './note';
import { isOpen } from './outbox';
import { useNotes, useOutbox, useSent } from './OutboxProvider';

export type NoteHand = {
  value: string;
  error: string | null;
  busy: boolean;
  type: (text: string) => void;
  save: () => void;
};

export function useNote(event: EventDetail | undefined) {
  const say = useSay();
  const outbox = useOutbox();
  const notes = useNotes();
  const drafts = useSignal(notes.drafts);
  const mine = useSent().filter((s) => s.event === event?.id && s.body.note);
  const last = mine.at(-1);
  const value = (event && drafts[event.id]) ?? '';
  const text = value.trim();
  const lost = last?.state === 'conflict' || last?.state === 'refused';
  const hand: NoteHand = {
    value,
    error: lost && last.body.note === text ? say(last.why) : null,
    busy: mine.some((s) => isOpen(s) && s.body.action === 'note'),
    type: (typed) => event && notes.type(event.id, typed),
    // The outbox has it from here on, and gives it back if it is lost.
    save: () => {
      if (!event || text === '') return;
      notes.type(event.id, '');
      outbox.add(event, { action: 'note', note: text, request_key: requestKey() });
    },
  };
  /** The decision with what is typed, in the order it is sent. */
  const joined = (decided: Decided): Decided[] => withNote(decided, text);
  const taken = () => event && notes.type(event.id, '');
  return { hand, text, joined, taken };
}
