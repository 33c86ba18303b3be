import { describe, expect, it } from 'vitest';
import type { Reason } from '../api/types';
import { keyOfReason, press, type Choice } from './choice';

const reasons: Reason[] = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'other'].map((code) => ({
  code,
  vi: code,
  en: code,
}));
const keys = (...pressed: string[]) => {
  let choice: Choice = { step: 'none' };
  for (const key of pressed) {
    const outcome = press(choice, key, reasons);
    if (outcome.decided) return outcome.decided;
    choice = outcome.choice;
  }
  return choice;
};

describe('choice', () => {
  it('takes two keys', () => {
    expect(keys('c', 'c')).toEqual({ action: 'confirm' });
    expect(keys('Enter', 'Enter')).toEqual({ action: 'confirm' });
    expect(keys('u', 'u')).toEqual({ action: 'cannot_tell' });
    expect(keys('x', '9')).toEqual({ action: 'dismiss', reason: 'i' });
  });
  it('no single key, no two different ones and no key after Escape decide', () => {
    for (const first of ['c', 'u', 'x', 'Enter', '1', 'a'])
      expect(keys(first)).toHaveProperty('step');
    expect(keys('c', 'u')).toEqual({ step: 'cannot_tell' });
    expect(keys('c', 'Escape')).toEqual({ step: 'none' });
    expect(keys('u', 'c')).toEqual({ step: 'confirm' });
    expect(keys('x', 'Enter')).toEqual({ step: 'confirm' });
  });
  it('a reason that needs a note asks for it', () => {
    expect(keyOfReason(9)).toBe('0');
    expect(keys('x', '0')).toEqual({ step: 'explain', reason: 'other' });
    expect(keys('x', '0', 'c', 'c')).toEqual({ step: 'explain', reason: 'other' });
  });

  it('a second look agrees in two keys, and decides nothing else', () => {
    const second = (...pressed: string[]) => {
      let choice: Choice = { step: 'none' };
      for (const key of pressed) {
        const outcome = press(choice, key, reasons, 'second_look');
        if (outcome.decided) return outcome.decided;
        choice = outcome.choice;
      }
      return choice;
    };
    expect(second('a')).toEqual({ step: 'agree' });
    expect(second('a', 'a')).toEqual({ action: 'agree' });
    expect(second('a', 'Escape', 'Enter')).toEqual({ step: 'agree' });
    expect(second('c', 'c', 'x', '1', 'u', 'u')).toEqual({ step: 'none' });
  });
});
