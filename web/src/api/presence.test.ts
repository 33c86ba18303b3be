import { afterEach, describe, expect, it, vi } from 'vitest';
import { ask } from './client';
import { background, touch, watchPresence } from './presence';

afterEach(() => vi.unstubAllGlobals());

describe('presence', () => {
  it('whoever touched nothing for a minute is not there', () => {
    touch(1_000_000);
    expect(background(1_059_999)).toEqual({});
    expect(background(1_060_000)).toEqual({ 'X-Background': '1' });
  });
  it('keys, clicks and moves are noticed', () => {
    const heard: string[] = [];
    let press: (() => void) | undefined;
    watchPresence({
      addEventListener: (name: string, f: unknown) => {
        heard.push(name);
        if (name === 'keydown') press = f as () => void;
      },
    });
    expect(heard).toContain('pointerdown');
    touch(0);
    expect(background()).toEqual({ 'X-Background': '1' });
    press?.();
    expect(background()).toEqual({});
  });
  it('questions bear it, changes never do', async () => {
    const sent: Record<string, string>[] = [];
    vi.stubGlobal('fetch', (_: string, how: RequestInit) => {
      sent.push(how.headers as Record<string, string>);
      return Promise.resolve(new Response('{}'));
    });
    touch(0);
    await ask('/figures/today');
    await ask('/events/1/decision', { method: 'POST', body: {} });
    touch();
    await ask('/figures/today');
    expect(sent.map((h) => h['X-Background'])).toEqual(['1', undefined, undefined]);
  });
});
