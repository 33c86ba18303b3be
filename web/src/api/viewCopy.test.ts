import { describe, expect, it, vi } from 'vitest';
import { awaitCopy, waitOf, type CopyState } from './viewCopy';

const answer = (status: number, retry: string | null = null) => ({
  status,
  headers: { get: () => retry },
});

async function steps(...answers: (ReturnType<typeof answer> | Error)[]): Promise<CopyState[]> {
  vi.useFakeTimers();
  const told: CopyState[] = [];
  const ask = vi.fn();
  for (const a of answers)
    if (a instanceof Error) ask.mockRejectedValueOnce(a);
    else ask.mockResolvedValueOnce(a);
  ask.mockResolvedValue(answer(202, '10'));
  const done = awaitCopy('e1', (s) => told.push(s), new AbortController().signal, ask);
  await vi.runAllTimersAsync();
  await done;
  vi.useRealTimers();
  return told;
}

describe('view copy', () => {
  it('is waited for while it is made, through a lost connection and a busy server', async () => {
    const told = await steps(answer(202, '3'), new Error('away'), answer(503), answer(206));
    expect(told.map((s) => s.step)).toEqual(['making', 'ready']);
  });
  it('what cannot be had is told, and whether the clip is gone', async () => {
    expect(await steps(answer(410))).toEqual([{ step: 'failed', gone: true }]);
    expect(await steps(answer(422))).toEqual([{ step: 'failed', gone: false }]);
  });
  it('is not waited for without end', async () => {
    expect((await steps()).at(-1)).toEqual({ step: 'failed', gone: false });
  });
  it('asks again as often as the server says, within reason', () => {
    expect([waitOf('4'), waitOf(null), waitOf('soon'), waitOf('900')]).toEqual([4, 2, 2, 15]);
  });
});
