import { expect, it } from 'vitest';
import { NOTE_LENGTH, Notes, withNote } from './note';
import type { Sent } from './outbox';

it('a note goes with whatever decides, beside the note that was asked for', () => {
  expect(withNote({ action: 'confirm' }, 'biển mờ')).toEqual([
    { action: 'confirm', note: 'biển mờ' },
  ]);
  const other = { action: 'dismiss', reason: 'other', note: 'xe cứu hỏa' } as const;
  expect(withNote(other, 'biển mờ')).toEqual([{ ...other, note: 'xe cứu hỏa; biển mờ' }]);
  expect(withNote({ action: 'confirm' }, '')).toEqual([{ action: 'confirm' }]);
  expect(withNote({ action: 'acknowledge' }, 'biển mờ')).toEqual([{ action: 'acknowledge' }]);
  const long = 'a'.repeat(NOTE_LENGTH);
  expect(withNote(other, long)).toEqual([{ action: 'note', note: long }, other]);
});

it('a note that was lost is in its field again, once and beside what was typed since', () => {
  const notes = new Notes();
  const sent = (key: string, state: string, note: string) =>
    ({ key, event: 'e1', state, body: { action: 'note', note } }) as Sent;
  notes.giveBack([sent('a', 'sending', 'một')]);
  expect(notes.drafts.get()).toEqual({});
  notes.giveBack([sent('a', 'conflict', 'một')]);
  expect(notes.drafts.get()).toEqual({ e1: 'một' });
  notes.type('e1', 'hai');
  notes.giveBack([sent('a', 'conflict', 'một'), sent('b', 'refused', 'ba')]);
  expect(notes.drafts.get()).toEqual({ e1: 'ba; hai' });
});
