import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { en } from './en';
import { vi } from './vi';

function flat(words: object, before = ''): [string, string][] {
  return Object.entries(words).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[before + key, value]] : flat(value as object, `${before}${key}.`),
  );
}
const names = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((m) => m[1]).sort();

const ROOT = new URL('../../../src/', import.meta.url);
const sources = (readdirSync(ROOT, { recursive: true, encoding: 'utf8' }) as string[])
  .filter((name) => name.endsWith('.rs'))
  .map(
    (name) =>
      readFileSync(new URL(name.replaceAll('\\', '/'), ROOT), 'utf8').split('#[cfg(test)]')[0] ??
      '',
  );

/** What the server enters into the audit trail, read from where it does. */
function entered(): Set<string> {
  const ways = [
    /\b(?:entry|enter|note_look)\((?!db\.)(?:(?![A-Z]{3})[^";{}+]){0,80}?, "([a-z]+(?:_[a-z]+)*)"/g,
    /\benter\("([a-z_]+)"/g,
    /\baction: "([a-z_]+)"\.(?:to_owned|into)\(\)/g,
    /const (?:EVIDENCE|LIST): &str = "([a-z]+_[a-z]+)"/g,
  ];
  const found = sources.flatMap((text) => ways.flatMap((way) => [...text.matchAll(way)]));
  return new Set(found.map((m) => m[1] ?? ''));
}

describe('what the server says', () => {
  it('has words for everything that is done with an event', () => {
    const review = readFileSync(new URL('store/review.rs', ROOT), 'utf8');
    const actions = /pub enum Action \{([^}]*)\}/.exec(review)?.[1] ?? '';
    const names = [...actions.matchAll(/^ {4}([A-Z]\w+),$/gm)].map((m) =>
      (m[1] ?? '').replace(/(?<!^)[A-Z]/g, (c) => `_${c}`).toLowerCase(),
    );
    expect(names).toContain('replaced');
    for (const words of [vi, en])
      for (const name of names) expect(Object.keys(words.action), name).toContain(name);
  });
  it('has words for every entry of the audit trail', () => {
    const words = entered();
    for (const known of ['decision', 'list_seen', 'report', 'hold_added', 'login'])
      expect([...words]).toContain(known);
    for (const language of [vi, en])
      for (const word of words) expect(Object.keys(language.auditAction), word).toContain(word);
  });
});

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
