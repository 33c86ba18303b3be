import { describe, expect, it } from 'vitest';
import { idsOf, packAddress, rangeOf } from './requests';

describe('what is asked for', () => {
  it('takes ids however they are pasted, each once', () => {
    expect(idsOf(' aa11\nbb22, aa11;cc33  ')).toEqual(['aa11', 'bb22', 'cc33']);
    expect(idsOf(' \n')).toEqual([]);
  });
  it('ends a range after its last day', () => {
    const days = { from: '2026-08-15', to: '2026-12-31', kind: 'red_light' };
    expect(rangeOf(days)).toEqual({ ...days, to: '2027-01-01' });
    expect(rangeOf({ from: '', to: '' })).toEqual({ from: '', to: '' });
  });
  it('leads nowhere else', () => {
    expect(packAddress('../users')).toBe('/api/v1/packs/..%2Fusers');
  });
});
