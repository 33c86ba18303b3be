/** The subject's path over time. */

import type { Box } from '../api/types';

/** Seconds by which the end of a path is still shown before and after it. */
const SLACK = 0.6;

/** Where the subject was at a time: between the two sightings around it; none outside them. */
export function boxAt(path: { media_seconds: number; box: Box }[], at: number): Box | null {
  const first = path[0];
  const end = path.at(-1);
  if (!first || !end) return null;
  if (at <= first.media_seconds) return first.media_seconds - at <= SLACK ? first.box : null;
  if (at >= end.media_seconds) return at - end.media_seconds <= SLACK ? end.box : null;
  const i = path.findIndex((p) => p.media_seconds >= at);
  const next = path[i];
  const last = path[i - 1];
  if (!next || !last) return null;
  const share = (at - last.media_seconds) / (next.media_seconds - last.media_seconds);
  return last.box.map((v, n) => v + ((next.box[n] ?? v) - v) * share) as Box;
}
