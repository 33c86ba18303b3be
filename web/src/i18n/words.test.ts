import { describe, expect, it } from 'vitest';
import { en } from './en';
import { vi } from './vi';

function flat(words: object, before = ''): [string, string][] {
  return Object.entries(words).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[before + key, value]] : flat(value as object, `${before}${key}.`),
  );
}
const names = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((m) => m[1]).sort();

describe('words', () => {
  const english = new Map(flat(en));
  it('both languages say the same things with the same values', () => {
    expect([...english.keys()].sort()).toEqual(
      flat(vi)
        .map(([key]) => key)
        .sort(),
    );
    for (const [key, text] of flat(vi))
      expect(names(english.get(key) ?? ''), key).toEqual(names(text));
  });
  it('an event is called by one word', () => {
    for (const [key, text] of flat(vi)) expect(text, key).not.toMatch(/sự (việc|kiện|cố)/i);
  });
  it('nothing is empty', () => {
    for (const [key, text] of [...flat(vi), ...english]) expect(text.trim(), key).not.toBe('');
  });
});
