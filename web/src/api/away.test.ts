import { beforeEach, describe, expect, it } from 'vitest';
import { away, noteAnswer, returned } from './away';

describe('away', () => {
  beforeEach(() => {
    away.set(null);
    returned.set(0);
  });
  it('counts from the first failure, and once back says so', () => {
    noteAnswer('unreachable', 1000);
    noteAnswer('unreachable', 2000);
    expect(away.get()).toEqual({ what: 'unreachable', since: 1000 });
    noteAnswer('database_away', 3000);
    expect(away.get()).toEqual({ what: 'database_away', since: 1000 });
    noteAnswer(null, 4000);
    expect(away.get()).toBeNull();
    expect(returned.get()).toBe(1);
  });
  it('a refusal is an answer, and an answer alone is no return', () => {
    noteAnswer(null);
    noteAnswer('conflict');
    expect(returned.get()).toBe(0);
    noteAnswer('unreachable');
    noteAnswer('forbidden');
    expect(away.get()).toBeNull();
    expect(returned.get()).toBe(1);
  });
});
