/** Fetches the next event before it is asked for, so that nobody waits between two decisions. */

import type { QueryClient } from '@tanstack/react-query';
import { eventQuery, fileOf } from '../api/events';
import { pictureOf, STILLS } from './Stills';

let held: HTMLVideoElement | null = null;

export async function preload(client: QueryClient, id: string): Promise<void> {
  const event = await client.fetchQuery({ ...eventQuery(id), retry: false }).catch(() => null);
  if (!event) return;
  for (const name of STILLS) {
    const file = pictureOf(event, name);
    if (file) new Image().src = fileOf(id, file);
  }
  const clip = event.record?.clip;
  if (clip?.file && clip.plays_in_browsers !== false) {
    held = document.createElement('video');
    held.muted = true;
    held.preload = 'auto';
    held.src = fileOf(id, clip.file);
  }
}
