import { describe, expect, it } from 'vitest';
import type { RulePrecision } from '../api/cameras';
import { figuresOf } from './figuresOf';

const figures = (rule: string) => ({ rule, kind: rule.split('@')[0] }) as RulePrecision;

describe('figures of a rule', () => {
  const all = [figures('illegal_parking@a'), figures('illegal_parking@b'), figures('red_light@7')];
  it('are those of its kind and place', () => {
    const rules = [
      { kind: 'illegal_parking', zone: 'a' },
      { kind: 'illegal_parking', zone: 'c' },
    ];
    expect(rules.map((r) => figuresOf(r, rules, all)?.rule)).toEqual([
      'illegal_parking@a',
      undefined,
    ]);
  });
  it('of a kind that is judged once, whatever its place is called', () => {
    const rules = [{ kind: 'red_light', line: 'stop' }];
    expect(figuresOf({ kind: 'red_light', line: 'stop' }, rules, all)?.rule).toBe('red_light@7');
  });
});
