import { describe, expect, it } from 'vitest';
import type { Decision } from '../api/types';
import { wantsLook } from './second';

const history = [
  { action: 'confirm', by: 'an' },
  { action: 'note', by: 'chi' },
] as Decision[];

describe('second look', () => {
  it('is for somebody else than who decided', () => {
    expect(wantsLook({ second_look: 'wanted', history }, 'chi')).toBe(true);
    expect(wantsLook({ second_look: 'wanted', history }, 'an')).toBe(false);
  });
  it('is not offered where none is wanted', () => {
    expect(wantsLook({ second_look: null, history }, 'chi')).toBe(false);
    expect(wantsLook({ second_look: 'agreed', history }, 'chi')).toBe(false);
  });
});
