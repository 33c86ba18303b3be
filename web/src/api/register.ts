/** The register of cameras, how good their views are, and what planned places would add. */

import { queryOptions } from '@tanstack/react-query';
import { ask, queryOf } from './client';
import type { Text } from './types';

export type RegisterState = 'planned' | 'installed' | 'removed';
export type Position = { lat: number; lon: number };
export type Spot = { ward: string; place: string | null; position: Position | null };
export type Move = { at: string; from: Spot; to: Spot; reason: string | null };

export type RegisterCamera = {
  code: string;
  name: string;
  ward: string;
  stage: string | null;
  place: string | null;
  position: Position | null;
  owner: string | null;
  vendor: string | null;
  contract: string | null;
  funding: string | null;
  /** Named only to who keeps the register, or where the contributor agreed. */
  contributor: string | null;
  consent: boolean;
  cost_dong: number | null;
  state: RegisterState;
  installed_on: string | null;
  note: string | null;
  /** Whether it has a camera file. */
  attached: boolean;
  moves: Move[];
};

export type Register = { version: number; cameras: RegisterCamera[]; notes: Text[] };

export type Count = {
  ward: string;
  stage: string | null;
  planned: number;
  installed: number;
  removed: number;
};
export type Coverage = {
  coverage: number | null;
  counts: { wanted: number; installed: number; places: number; parts: Count[] };
};

/** A mistake in a sheet; no row: of the whole file. */
export type Problem = {
  row: number | null;
  column: string | null;
  found: string | null;
  said: Text;
};
export type Plan = {
  rows: number;
  added: [number, RegisterCamera][];
  changed: { row: number; camera: RegisterCamera; columns: string[]; titles?: Text[] }[];
  unchanged: number;
  moved: { row: number; code: string; from: Spot; to: Spot; metres: number | null }[];
  problems: Problem[];
  more_problems: number;
  notes: Problem[];
};
/** `version`: the register's, with which the sheet was compared; `sha256`: the sheet's. */
export type Imported = { done: boolean; version: number; sha256?: string; plan: Plan };
/** A sheet in memory: what is taken in is what was previewed, whatever becomes of the file. */
export type Sheet = { name: string; blob: Blob };

export const readSheet = async (file: File): Promise<Sheet> => ({
  name: file.name,
  blob: new Blob([await file.arrayBuffer()], { type: file.type }),
});

export type Verdict = 'works' | 'unknown' | 'poor' | 'cannot';
export type View = {
  camera: string;
  name: string;
  ward: string | null;
  verdict: Verdict;
  score: number;
  advice: string;
  advice_said: Text;
  reasons: { code: string; loss: number; said: Text }[];
  still: string | null;
};
export type Views = {
  from: string;
  to: string;
  /** When the oldest of them was measured. */
  as_of: string | null;
  /** Cameras that are still to be measured. */
  waiting: number;
  views: View[];
};

export type PlannedPlace = {
  code: string;
  name: string;
  ward: string;
  stage: string | null;
  nearest_metres: number | null;
  nearest: string | null;
  installed_near: number;
  incidents_near: number;
  score: number | null;
};

export const registerQuery = queryOptions({
  queryKey: ['register'],
  queryFn: () => ask<Register>('/register'),
});

export const coverageQuery = queryOptions({
  queryKey: ['register', 'coverage'],
  queryFn: () => ask<Coverage>('/register/coverage'),
});

export const viewsQuery = queryOptions({
  queryKey: ['register', 'views'],
  queryFn: () => ask<Views>('/fitness', { seconds: 60 }),
  // Hundreds of cameras are measured some at a time.
  refetchInterval: (query) => (query.state.data?.waiting ? 3000 : false),
  staleTime: 600_000,
});

export const placesQuery = queryOptions({
  queryKey: ['register', 'places'],
  queryFn: () => ask<{ places: PlannedPlace[] }>('/register/places'),
});

/** Takes a sheet in as its preview of that version said, or says what it would change. */
export const importSheet = (
  { name, blob }: Sheet,
  moves: boolean,
  version: number | null,
  sha256?: string,
) =>
  ask<Imported>(
    `/register/import${queryOf({ name, dry_run: version === null, moves, version, sha256 })}`,
    { method: 'POST', file: blob, saves: version !== null, seconds: 60 },
  );
