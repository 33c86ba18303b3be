import { describe, expect, it } from 'vitest';
import type { Cell } from '../api/reports';
import { shown } from './cell';

const CASES: [Cell, string, string][] = [
  [{ kind: 'nothing' }, '–', '–'],
  [{ kind: 'words', value: { vi: 'Giao thông', en: 'Traffic' } }, 'Giao thông', 'Traffic'],
  [{ kind: 'count', value: 1_234_567 }, '1.234.567', '1,234,567'],
  [{ kind: 'change', value: 5 }, '+5', '+5'],
  [{ kind: 'change', value: -1500 }, '−1.500', '−1,500'],
  [{ kind: 'change', value: 0 }, '0', '0'],
  [{ kind: 'number', value: [-1234.56, 1] }, '−1.234,6', '−1,234.6'],
  [{ kind: 'number', value: [-0.01, 1] }, '0,0', '0.0'],
  [{ kind: 'number', value: [null, 1] }, '–', '–'],
  [{ kind: 'share', value: 0.1234 }, '12,3%', '12.3%'],
  [{ kind: 'seconds', value: 45 }, '45 giây', '45 s'],
  [{ kind: 'seconds', value: 750 }, '12,5 phút', '12.5 min'],
  [{ kind: 'seconds', value: 259_200 }, '3,0 ngày', '3.0 days'],
  [{ kind: 'day', value: '2026-10-05' }, '05/10/2026', '5 Oct 2026'],
  [{ kind: 'dong', value: 12_500_000 }, '12.500.000 đ', '12,500,000 VND'],
];

describe('a figure', () => {
  it('is written as the files write it', () => {
    for (const [cell, vi, en] of CASES)
      expect([shown(cell, 'vi'), shown(cell, 'en')]).toEqual([vi, en]);
  });
});
