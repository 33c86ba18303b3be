/** Cameras: how they stand, stood, and what they showed last. */

import { queryOptions } from '@tanstack/react-query';
import { ask, queryOf } from './client';
import type { Camera, CameraState, Text } from './types';

const path = (id: string) => `/cameras/${encodeURIComponent(id)}`;

export const camerasQuery = queryOptions({
  queryKey: ['cameras'],
  queryFn: () => ask<Camera[]>('/cameras'),
  staleTime: 10_000,
  refetchInterval: 30_000,
});

export const cameraQuery = (id: string) =>
  queryOptions({ queryKey: ['cameras', id], queryFn: () => ask<Camera>(path(id)) });

export type Change = {
  at: string;
  state: CameraState;
  reasons: string[];
  /** A sentence in English, with figures. */
  detail: string;
  detail_vi?: string;
};

export const historyQuery = (id: string) =>
  queryOptions({
    queryKey: ['cameras', id, 'history'],
    queryFn: () => ask<Change[]>(`${path(id)}/history`),
  });

/** Seconds of a day, or of the whole period, by state. */
export type UptimeRow = {
  camera?: string;
  day?: string | null;
  seeing_seconds: number;
  degraded_seconds: number;
  blind_seconds: number;
  offline_seconds: number;
  unknown_seconds: number;
  incidents?: number;
  longest_outage_seconds?: number;
};
export type Uptime = { from: string; to: string; days: UptimeRow[]; cameras: UptimeRow[] };

export const uptimeQuery = (id: string, from?: string) =>
  queryOptions({
    queryKey: ['cameras', id, 'uptime', from],
    queryFn: () => ask<Uptime>(`${path(id)}/uptime${queryOf({ from })}`),
  });

/** What people found of a rule's events. */
export type RulePrecision = {
  rule: string;
  kind: string;
  kind_name: Text;
  confirmed: number;
  dismissed: number;
  cannot_tell: number;
  /** 0 to 1; none where too few were decided. */
  precision: number | null;
  /** Why they were dismissed, the most frequent first. */
  reasons: { code: string; vi: string; en: string; count: number }[];
};

export const precisionQuery = (id: string, from?: string) =>
  queryOptions({
    queryKey: ['cameras', id, 'precision', from],
    queryFn: () => ask<RulePrecision[]>(`${path(id)}/precision${queryOf({ from })}`),
    staleTime: 60_000,
  });
