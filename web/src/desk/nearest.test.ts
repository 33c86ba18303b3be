import { describe, expect, it } from 'vitest';
import type { EventRow } from '../api/types';
import { nearest } from './nearest';

const row = (id: string, moment_utc: string, merged_into: string | null = null) =>
  ({ id, moment_utc, merged_into }) as EventRow;

describe('nearest', () => {
  it('comes first, before or after; what is merged itself is no goal', () => {
    const similar = [
      row('far', '2026-08-14T03:00:00Z'),
      row('after', '2026-08-15T03:02:00Z'),
      row('merged', '2026-08-15T03:00:30Z', 'far'),
      row('before', '2026-08-15T02:59:00Z'),
    ];
    const found = nearest({ moment_utc: '2026-08-15T03:00:00Z', similar });
    expect(found.map((r) => r.id)).toEqual(['before', 'after', 'far']);
  });
});
