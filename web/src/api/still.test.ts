import { describe, expect, it } from 'vitest';
import { againIn, ageOf } from './still';

const now = Date.parse('2026-08-15T03:00:00Z');
const before = (seconds: number) => ({ taken: now - seconds * 1000 });

describe('still', () => {
  it('is asked for often while it is live, rarely when it is not', () => {
    expect(againIn(before(20), now)).toBe(30);
    expect(againIn(before(4000), now)).toBe(300);
    expect(againIn({ taken: null }, now)).toBe(300);
    expect(againIn(null, now)).toBe(300);
  });
  it('has an age, never below nothing, where the time is known', () => {
    expect(ageOf(before(90), now)).toBe(90);
    expect(ageOf(before(-5), now)).toBe(0);
    expect(ageOf({ taken: null }, now)).toBeNull();
  });
});
