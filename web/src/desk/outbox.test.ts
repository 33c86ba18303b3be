import { describe, expect, it, vi } from 'vitest';
import { ApiError } from '../api/client';
import type { EventRow } from '../api/types';
import { Outbox, stands, type Keep, type Sent } from './outbox';

const row = { id: 'e1', version: 3, kind_name: { vi: 'Đỗ xe', en: 'Parking' } } as EventRow;
const body = { action: 'confirm', request_key: 'key-1' } as const;
const down = () => new ApiError(0, 'unreachable', { vi: '', en: '' }, null, {});
const memory = (kept: Sent[] = []): Keep & { kept: Sent[] } => ({
  kept,
  load: () => kept,
  save(open) {
    this.kept = [...open];
  },
});

describe('outbox', () => {
  it('sends again under the same key until it arrives', async () => {
    vi.useFakeTimers();
    const send = vi
      .fn()
      .mockRejectedValueOnce(down())
      .mockRejectedValueOnce(down())
      .mockResolvedValue(row);
    const keep = memory();
    const outbox = new Outbox(keep, () => {}, send);
    outbox.add(row, body);
    await vi.advanceTimersByTimeAsync(0);
    expect(outbox.of('e1')?.state).toBe('retrying');
    expect(keep.kept).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(outbox.of('e1')?.state).toBe('sent');
    expect(send.mock.calls.map((call) => call[2].request_key)).toEqual(['key-1', 'key-1', 'key-1']);
    expect(send.mock.calls.every((call) => call[1] === 3)).toBe(true);
    expect(keep.kept).toEqual([]);
    vi.useRealTimers();
  });

  it('a conflict is told with who decided what, and not sent again', async () => {
    const conflict = new ApiError(409, 'conflict', { vi: '', en: '' }, null, {
      current: { ...row, status: 'dismissed' },
      decided_by: 'Bình',
      decided_at: '2026-08-15T03:00:00Z',
    });
    const send = vi.fn().mockRejectedValue(conflict);
    const outbox = new Outbox(memory(), () => {}, send);
    outbox.add(row, body);
    await vi.waitFor(() => expect(outbox.of('e1')?.state).toBe('conflict'));
    expect(outbox.of('e1')?.current).toEqual({
      status: 'dismissed',
      by: 'Bình',
      at: '2026-08-15T03:00:00Z',
    });
    outbox.wake();
    expect(send).toHaveBeenCalledTimes(1);
  });

  it('what an earlier page left is sent by the next', async () => {
    const left: Sent = {
      key: 'key-1',
      event: 'e1',
      name: row.kind_name,
      version: 3,
      body: { ...body },
      at: 0,
      state: 'retrying',
      stuckSince: 0,
      tries: 4,
      why: null,
      current: null,
    };
    const send = vi.fn().mockResolvedValue(row);
    const outbox = new Outbox(memory([left]), () => {}, send);
    outbox.start();
    await vi.waitFor(() => expect(outbox.of('e1')?.state).toBe('sent'));
  });

  it('a refusal frees the event for another decision', async () => {
    const refused = new ApiError(422, 'note_needed', { vi: '', en: '' }, null, {});
    const outbox = new Outbox(memory(), () => {}, vi.fn().mockRejectedValue(refused));
    outbox.add(row, body);
    await vi.waitFor(() => expect(outbox.all()[0]?.state).toBe('refused'));
    expect(outbox.of('e1')).toBeUndefined();
  });

  it('taking up and deciding go one after the other, the second upon what the first made', async () => {
    vi.useFakeTimers();
    const made = { ...row, version: 4 };
    const send = vi
      .fn()
      .mockRejectedValueOnce(down())
      .mockResolvedValueOnce(made)
      .mockResolvedValueOnce({ ...made, version: 5 });
    const outbox = new Outbox(memory(), () => {}, send);
    outbox.add(row, { action: 'acknowledge', request_key: 'key-a' });
    outbox.add(row, body);
    await vi.advanceTimersByTimeAsync(0);
    expect(send).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(send.mock.calls.map((c) => [c[2].action, c[1]])).toEqual([
      ['acknowledge', 3],
      ['acknowledge', 3],
      ['confirm', 4],
    ]);
    expect(outbox.of('e1')).toMatchObject({ state: 'sent', made: 5 });
    vi.useRealTimers();
  });

  it('taking up leaves the event to be decided', async () => {
    const outbox = new Outbox(memory(), () => {}, vi.fn().mockResolvedValue(row));
    outbox.add(row, { action: 'acknowledge', request_key: 'key-a' });
    await vi.waitFor(() => expect(outbox.all()[0]?.state).toBe('sent'));
    expect(outbox.of('e1')).toBeUndefined();
  });

  it('what was sent stands until the event has gone on', async () => {
    const outbox = new Outbox(
      memory(),
      () => {},
      vi.fn().mockResolvedValue({ ...row, version: 4 }),
    );
    outbox.add(row, body);
    const open = outbox.of('e1');
    expect(open && stands(open, 9)).toBe(true);
    await vi.waitFor(() => expect(outbox.of('e1')?.state).toBe('sent'));
    const sent = outbox.of('e1');
    expect(sent && [3, 4, 5].map((v) => stands(sent, v))).toEqual([true, true, false]);
  });
});
