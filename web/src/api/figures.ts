/** Figures: counts of events by what they share. */

import { queryOptions } from '@tanstack/react-query';
import { ask, queryOf } from './client';
import type { CameraState, Status } from './types';

export type Counts = Partial<Record<Status, number>>;
/** Events that share a key: a domain, a ward, an hour of the local day, a date. */
export type Bar = { key: string; counts: Counts; total: number };
export type Today = {
  date: string;
  events: Counts;
  by_domain: Bar[];
  by_ward: Bar[];
  by_camera: Bar[];
  by_kind: Bar[];
  by_hour: Bar[];
  waiting: number;
  waiting_since: string | null;
  cameras: Partial<Record<CameraState, number>>;
  overdue?: { acknowledge: number; decide: number; exact?: boolean };
  second_look?: number;
  second_look_exact?: boolean;
};

export const todayQuery = queryOptions({
  queryKey: ['figures', 'today'],
  queryFn: () => ask<Today>('/figures/today'),
  refetchInterval: 60_000,
});

export type Figures = { from: string; to: string; by: string; bars: Bar[] };

/** The last 30 days. */
export const figuresQuery = (by: string) =>
  queryOptions({
    queryKey: ['figures', by],
    queryFn: () => ask<Figures>(`/figures${queryOf({ by })}`),
  });
