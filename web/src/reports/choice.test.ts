import { describe, expect, it } from 'vitest';
import { askOf, choiceOf, stepped, todayThere } from './choice';

describe('a choice of report', () => {
  it('keeps what is known and sound', () => {
    expect(
      choiceOf({ period: 'week', on: '2026-10-05', ward: ' Phường 1 ', kind: '', plate: 'x' }),
    ).toEqual({ period: 'week', on: '2026-10-05', ward: 'Phường 1' });
    expect(choiceOf({ period: 'decade', on: '2026-13-05', language: 'fr' })).toEqual({});
  });
  it('asks for the month of today unless told otherwise', () => {
    expect(askOf({}, '2026-11-22')).toEqual({ period: 'month', on: '2026-11-22' });
    expect(askOf({ period: 'year', on: '2025-03-01', domain: 'traffic' }, '2026-11-22')).toEqual({
      period: 'year',
      on: '2025-03-01',
      domain: 'traffic',
    });
  });
  it('asks for a range once it is whole', () => {
    expect(askOf({ period: 'range', from: '2026-10-01' })).toBeNull();
    expect(askOf({ period: 'range', from: '2026-10-02', to: '2026-10-01' })).toBeNull();
    expect(askOf({ period: 'range', from: '2026-10-01', to: '2026-10-01', on: 'x' })).toEqual({
      from: '2026-10-01',
      to: '2026-10-01',
    });
  });
  it('steps to the period before and after', () => {
    expect(stepped('day', '2026-03-01', -1)).toBe('2026-02-28');
    expect(stepped('week', '2026-03-02', -1)).toBe('2026-02-23');
    expect(stepped('month', '2026-03-31', -1)).toBe('2026-02-01');
    expect(stepped('month', '2026-12-31', 1)).toBe('2027-01-01');
    expect(stepped('half_year', '2026-05-31', -1)).toBe('2025-11-01');
    expect(stepped('year', '2024-02-29', 1)).toBe('2025-02-01');
  });
  it('knows the day in Vietnam', () => {
    expect(todayThere(Date.parse('2026-10-31T17:00:00Z'))).toBe('2026-11-01');
  });
});
