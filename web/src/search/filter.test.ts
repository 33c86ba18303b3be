import { describe, expect, it } from 'vitest';
import { filterOf, queryOfSearch, searchOf, searchOfQuery } from './filter';

describe('filter', () => {
  it('keeps what is known, as text', () => {
    expect(searchOf({ text: ' xe ', hour_from: 6, overdue: true, evil: 'x', kind: '' })).toEqual({
      text: 'xe',
      hour_from: '6',
      overdue: 'true',
    });
  });
  it('the last day is asked for whole', () => {
    expect(filterOf({ to: '2026-12-31' }).to).toBe('2027-01-01');
    expect(filterOf({ to: 'soon' }).to).toBe('soon');
    expect(filterOf({}).order).toBe('newest');
  });

  it('a kept search comes back as it was, whatever it holds', () => {
    const search = {
      text: 'chợ & cảng',
      ward: 'Phường 1',
      from: '2026-02-28',
      to: '2026-02-28',
      overdue: 'true',
      second_look: 'wanted',
      order: 'due',
    };
    expect(queryOfSearch(search)).toContain('to=2026-03-01');
    expect(searchOfQuery(queryOfSearch(search))).toEqual(search);
    expect(searchOfQuery(queryOfSearch({}))).toEqual({ order: 'newest' });
    expect(searchOfQuery('evil=1&to=soon')).toEqual({ to: 'soon' });
  });
});
