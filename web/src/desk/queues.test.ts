import { describe, expect, it } from 'vitest';
import { deskSearchOf, filterOfQueue } from './queues';

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
});
