import { expect, it } from 'vitest';
import { kinds, kindsIn } from './kinds';

it('offers the kinds of the domains that somebody looks after', () => {
  expect(kindsIn('all').map(([name]) => name)).toEqual(Object.keys(kinds));
  const mine = kindsIn(['environment']).map(([name]) => name);
  expect(mine).toEqual(['littering', 'dumping']);
  expect(kindsIn([])).toEqual([]);
});
