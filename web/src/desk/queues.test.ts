import { describe, expect, it } from 'vitest';
import { deskSearchOf, filterOfQueue, isGone } from './queues';

describe('queues', () => {
  it('the address keeps a known queue and an event', () => {
    expect(deskSearchOf({ event: 12, queue: 'mine', evil: 1 })).toEqual({
      event: '12',
      queue: 'mine',
    });
    expect(deskSearchOf({ queue: 'waiting' })).toEqual({});
    expect(deskSearchOf({ event: ['a'], queue: 'x' })).toEqual({});
  });
  it('what is mine still waits; a second look does not', () => {
    expect(filterOfQueue('mine', { id: 'an' })).toMatchObject({
      assignee: 'an',
      status: 'pending,acknowledged',
    });
    expect(filterOfQueue('second_look', { id: 'an' }).status).toBeUndefined();
  });

  it('what somebody else has dealt with waits no longer', () => {
    const row = { status: 'acknowledged', second_look: null, merged_into: null } as const;
    expect(isGone(row, 'waiting')).toBe(false);
    expect(isGone({ ...row, status: 'dismissed' }, 'waiting')).toBe(true);
    expect(isGone({ ...row, merged_into: 'e2' }, 'mine')).toBe(true);
    const decided = { ...row, status: 'confirmed', second_look: 'wanted' } as const;
    expect(isGone(decided, 'second_look')).toBe(false);
    expect(isGone({ ...decided, second_look: 'agreed' }, 'second_look')).toBe(true);
  });
});
