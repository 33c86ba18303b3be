import { describe, expect, it } from 'vitest';
import { idsOf, packAddress } from './requests';

describe('what is asked for', () => {
  it('takes ids however they are pasted, each once', () => {
    expect(idsOf(' aa11\nbb22, aa11;cc33  ')).toEqual(['aa11', 'bb22', 'cc33']);
    expect(idsOf(' \n')).toEqual([]);
  });
  it('leads nowhere else', () => {
    expect(packAddress('../users')).toBe('/api/v1/packs/..%2Fusers');
  });
});
