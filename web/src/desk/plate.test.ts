import { describe, expect, it, vi } from 'vitest';
import { ApiError } from '../api/client';
import type { EventRow } from '../api/types';
import { Outbox, type Sent } from './outbox';
import { unsaved, withPlate, wrong } from './plate';

const row = { id: 'e1', version: 3, kind_name: { vi: '', en: '' }, plate: null } as EventRow;
const memory = () => ({ load: () => [], save: () => {} });

describe('a plate that is typed', () => {
  const draft = { e1: { from: '', text: ' 84a12345', at: 5 } };
  it('stays with its event until it is saved or another one stands', () => {
    expect(unsaved(draft, row, [])).toBe('84a12345');
    expect(unsaved(draft, { id: 'e2', plate: null }, [])).toBeNull();
    expect(unsaved(draft, { id: 'e1', plate: '84A-123.45' }, [])).toBeNull();
    const sent = {
      event: 'e1',
      state: 'sent',
      at: 6,
      body: { action: 'plate', plate: '84a12345' },
    };
    expect(unsaved(draft, row, [sent as Sent])).toBeNull();
    expect(unsaved(draft, row, [{ ...sent, at: 4 } as Sent]), 'typed again since').not.toBeNull();
    const same = { e1: { from: '84A-123.45', text: '', at: 5 } };
    expect(unsaved(same, { id: 'e1', plate: '84A-123.45' }, []), 'taken back').toBe('');
  });
  it('goes with the confirmation, and with nothing else', () => {
    expect(withPlate({ action: 'confirm' }, '84A-123.45')).toEqual([
      { action: 'confirm', plate: '84A-123.45' },
    ]);
    expect(withPlate({ action: 'confirm' }, '')).toEqual([
      { action: 'plate', plate: '' },
      { action: 'confirm' },
    ]);
    expect(withPlate({ action: 'confirm' }, null)).toEqual([{ action: 'confirm' }]);
    const dismissed = { action: 'dismiss', reason: 'no_violation' } as const;
    expect(withPlate(dismissed, '84A-123.45')).toEqual([dismissed]);
  });
  it('is held back where it is plainly none', () => {
    for (const plate of [
      '84a12345',
      '51 CD - 123 45',
      '84-b1 123.45',
      '84AA12345',
      '84A 1234',
      '80-011-NG-01',
      'TM1234',
      '29mđ112345',
      '29-MĐ 123.45',
      '29-MĐ1 1234',
      '84đ-1234',
      '84-\u{d0}1 2345',
      '84F11234',
    ])
      expect(wrong(plate), plate).toBeNull();
    expect(wrong('ABC')).toBe('length');
    expect(wrong('84A12345;DROP')).toBe('character');
    expect(wrong('84O12345A')).toBe('letter');
    expect(wrong('84A1234567')).toBe('format');
  });
  it('that is saved arrives before the decision that follows at once', async () => {
    const answers: ((row: EventRow) => void)[] = [];
    const send = vi.fn(() => new Promise<EventRow>((done) => answers.push(done)));
    const outbox = new Outbox(memory(), () => {}, send);
    outbox.add(row, { action: 'plate', plate: '84A-123.45', request_key: 'plate-01' });
    outbox.add(row, { action: 'confirm', request_key: 'confirm-1' });
    expect(send).toHaveBeenCalledTimes(1);
    answers[0]?.({ ...row, version: 4 });
    await vi.waitFor(() => expect(send).toHaveBeenCalledTimes(2));
    expect(send.mock.calls[1]).toMatchObject(['e1', 4, { action: 'confirm' }]);
  });
  it('that the server refuses is told by its word', async () => {
    const refused = new ApiError(422, 'bad_plate', { vi: 'sai', en: 'wrong' }, null, {});
    const outbox = new Outbox(memory(), () => {}, vi.fn().mockRejectedValue(refused));
    outbox.add(row, { action: 'plate', plate: '84A12345', request_key: 'plate-01' });
    await vi.waitFor(() => expect(outbox.all()[0]?.code).toBe('bad_plate'));
  });
});
