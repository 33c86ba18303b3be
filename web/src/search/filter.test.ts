import { describe, expect, it } from 'vitest';
import { filterOf, searchOf } from './filter';

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
});
