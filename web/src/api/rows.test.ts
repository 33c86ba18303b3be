import { describe, expect, it } from 'vitest';
import { inPages } from './rows';
import type { EventPage, EventRow } from './types';

const row = (id: string, version: number, status = 'pending') =>
  ({ id, version, status }) as EventRow;
const pages = (...items: EventRow[][]) => ({
  pages: items.map((rows): EventPage => ({ items: rows, next: null, total_at_least: rows.length })),
  pageParams: [],
});

describe('rows', () => {
  it('one that changed is changed where it stands', () => {
    const before = pages([row('a', 0), row('b', 1)], [row('c', 0)]);
    const after = inPages(before, row('b', 2, 'confirmed'));
    expect(after?.pages[0]?.items.map((r) => [r.id, r.status])).toEqual([
      ['a', 'pending'],
      ['b', 'confirmed'],
    ]);
  });
  it('late news of an older version changes nothing, nor does what is not there', () => {
    const before = pages([row('a', 3)]);
    expect(inPages(before, row('a', 2, 'confirmed'))).toBe(before);
    expect(inPages(before, row('z', 2))).toBe(before);
  });
});
