import { describe, expect, it } from 'vitest';
import { endOf } from './holds';

describe('a hold', () => {
  it('lasts for all of its last day in Vietnam, or until it is lifted', () => {
    expect(endOf('2027-12-31')).toEqual({ until: '2027-12-31T23:59:59+07:00' });
    expect(new Date(endOf('2027-12-31').until ?? '').toISOString()).toBe(
      '2027-12-31T16:59:59.000Z',
    );
    expect(endOf('')).toEqual({});
  });
});
