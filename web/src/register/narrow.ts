/** Which cameras of the register are asked for. */

import type { RegisterCamera } from '../api/register';

export type Narrow = {
  text: string;
  ward: string | null;
  stage: string | null;
  state: string | null;
};

/** Without case and marks, as people type when they are in a hurry. */
export const bare = (text: string): string =>
  text.toLocaleLowerCase('vi').normalize('NFD').replace(/\p{M}/gu, '').replaceAll('đ', 'd');

export function found(cameras: RegisterCamera[], narrow: Narrow): RegisterCamera[] {
  const wanted = bare(narrow.text.trim());
  return cameras.filter(
    (c) =>
      (!narrow.ward || c.ward === narrow.ward) &&
      (!narrow.stage || c.stage === narrow.stage) &&
      (!narrow.state || c.state === narrow.state) &&
      bare(`${c.code} ${c.name} ${c.place ?? ''}`).includes(wanted),
  );
}

/** What a column holds, each once. */
export function values(cameras: RegisterCamera[], of: 'ward' | 'stage'): string[] {
  const all = cameras.map((c) => c[of]).filter((v): v is string => v !== null);
  return [...new Set(all)].toSorted((a, b) => a.localeCompare(b, 'vi', { numeric: true }));
}
