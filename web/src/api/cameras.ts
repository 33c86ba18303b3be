/** Cameras: how they stand, stood, and what they showed last. */

import { queryOptions } from '@tanstack/react-query';
import { ask, queryOf } from './client';
import type { Camera, CameraState } from './types';

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

/** The camera's latest still; `stamp` asks for a newer one than is kept. */
export const stillOf = (camera: Camera, stamp: number) =>
  camera.still && `${camera.still}?at=${stamp}`;
