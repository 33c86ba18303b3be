import { describe, expect, it } from 'vitest';
import type { Box } from '../api/types';
import { boxAt } from './track';

const path = [
  { media_seconds: 1, box: [0, 0, 10, 10] as Box },
  { media_seconds: 2, box: [10, 0, 20, 10] as Box },
];

describe('where the subject was', () => {
  it('between two sightings, in between', () => {
    expect(boxAt(path, 1.5)).toEqual([5, 0, 15, 10]);
    expect(boxAt(path, 2)).toEqual([10, 0, 20, 10]);
  });
  it('outside its path, nowhere', () => {
    expect(boxAt(path, 0)).toBeNull();
    expect(boxAt(path, 3)).toBeNull();
    expect(boxAt([], 1)).toBeNull();
  });
});
