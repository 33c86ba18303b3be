/** Which figures are a rule's: events name it by kind and place, `illegal_parking@yellow_lines`. */

import type { RulePrecision } from '../api/cameras';
import type { Rule } from './scene';

export function figuresOf(
  rule: Rule,
  rules: Rule[],
  all: RulePrecision[],
): RulePrecision | undefined {
  const place = rule.zone ?? rule.line;
  const named = all.find((f) => f.rule === (place ? `${rule.kind}@${place}` : rule.kind));
  if (named) return named;
  // A kind that is judged once can be no other's.
  const alone = rules.filter((r) => r.kind === rule.kind).length === 1;
  const same = all.filter((f) => f.kind === rule.kind);
  return alone && same.length === 1 ? same[0] : undefined;
}
