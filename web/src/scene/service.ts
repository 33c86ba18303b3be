/** What the server does with scenes: give, check, try, keep, give back. */

import { queryOptions } from '@tanstack/react-query';
import { ask, askWithTag } from '../api/client';
import type { EventRow, Text } from '../api/types';
import type { Scene } from './scene';

const of = (id: string) => `/cameras/${encodeURIComponent(id)}/scene`;

export type Kept = { scene: Scene; tag: string };
export const sceneQuery = (id: string) =>
  queryOptions({
    queryKey: ['scene', id],
    queryFn: async (): Promise<Kept> => {
      const { value, tag } = await askWithTag<Scene | { scene: Scene; etag?: string }>(of(id));
      const wrapped = 'scene' in value && typeof value.scene === 'object' ? value : null;
      return {
        scene: (wrapped?.scene ?? value) as Scene,
        tag: (wrapped && 'etag' in wrapped ? (wrapped.etag as string) : tag) ?? '',
      };
    },
    staleTime: Infinity,
  });

/** A mistake or a warning, and what it is about. */
export type Problem = { grave: boolean; where?: string | null; message: Text };
export const checkScene = (id: string, scene: Scene) =>
  ask<{ problems: Problem[] }>(`${of(id)}/check`, {
    method: 'POST',
    body: { scene },
    saves: false,
  });

export type Outcome = {
  kept: number;
  gained: EventRow[];
  lost: EventRow[];
  changed: EventRow[];
  from: string | null;
  to: string | null;
};
export const tryScene = (id: string, scene: Scene) =>
  ask<Outcome>(`${of(id)}/preview`, {
    method: 'POST',
    body: { scene },
    saves: false,
    seconds: 120,
  });

export const saveScene = (id: string, scene: Scene, tag: string, note: string) =>
  ask<unknown>(of(id), { method: 'PUT', body: { scene, note }, ifMatch: tag });

export type Version = { version: number; at: string; by: string; note: string | null };
export const versionsQuery = (id: string) =>
  queryOptions({
    queryKey: ['scene', id, 'versions'],
    queryFn: () => ask<Version[]>(`${of(id)}/versions`),
  });
export const restoreScene = (id: string, version: number, tag: string) =>
  ask<unknown>(`${of(id)}/restore`, { method: 'POST', body: { version }, ifMatch: tag });
