import { describe, expect, it } from 'vitest';
import { dueOf } from './due';

const now = Date.parse('2026-08-15T03:00:00Z');
const targets = {
  acknowledge_by: '2026-08-15T03:10:00Z',
  decide_by: '2026-08-16T02:00:00Z',
  due_at: '2026-08-15T03:10:00Z',
};

describe('due', () => {
  it('is first to be taken up, then to be decided, then nothing', () => {
    expect(dueOf({ ...targets, status: 'pending' }, now)).toEqual({
      stage: 'acknowledge',
      at: targets.acknowledge_by,
      left: 600,
    });
    expect(dueOf({ ...targets, status: 'acknowledged' }, now)?.stage).toBe('decide');
    expect(dueOf({ ...targets, status: 'confirmed' }, now)).toBeNull();
  });
  it('is over below zero', () => {
    expect(dueOf({ ...targets, status: 'pending' }, now + 900_000)?.left).toBe(-300);
  });
  it('without targets there is none, and a plain due time is taken as it is', () => {
    const none = { acknowledge_by: null, decide_by: null, due_at: null };
    expect(dueOf({ ...none, status: 'pending' }, now)).toBeNull();
    expect(dueOf({ status: 'pending', due_at: targets.due_at }, now)?.left).toBe(600);
  });
});
