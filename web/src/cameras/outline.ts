/**
 * A line around the places of a ward's cameras, for a map that needs no network: the convex hull
 * (A. M. Andrew, "Another efficient algorithm for convex hulls in two dimensions", Information
 * Processing Letters 9, 1979) of circles around them. It is no administrative border.
 */

import type { Camera } from '../api/types';

/** Degrees. */
export type Place = { lat: number; lon: number };

/** Metres by which the line keeps away from a camera. */
const AWAY = 140;
/** Points of a circle. */
const CORNERS = 20;
const METRES_A_DEGREE = 111_320;

/** The points `AWAY` from a place. */
function around({ lat, lon }: Place): Place[] {
  const narrow = Math.cos((lat * Math.PI) / 180);
  return Array.from({ length: CORNERS }, (_, i) => {
    const angle = (2 * Math.PI * i) / CORNERS;
    return {
      lat: lat + (AWAY * Math.sin(angle)) / METRES_A_DEGREE,
      lon: lon + (AWAY * Math.cos(angle)) / (METRES_A_DEGREE * narrow),
    };
  });
}

const turns = (a: Place, b: Place, c: Place): number =>
  (b.lon - a.lon) * (c.lat - a.lat) - (b.lat - a.lat) * (c.lon - a.lon);

/** The convex hull, against the clock. */
export function hull(places: Place[]): Place[] {
  const sorted = places.toSorted((a, b) => a.lon - b.lon || a.lat - b.lat);
  const half = (list: Place[]) => {
    const kept: Place[] = [];
    for (const place of list) {
      for (;;) {
        const [before, last] = kept.slice(-2);
        if (!before || !last || turns(before, last, place) > 0) break;
        kept.pop();
      }
      kept.push(place);
    }
    return kept.slice(0, -1);
  };
  return sorted.length < 3 ? sorted : [...half(sorted), ...half(sorted.toReversed())];
}

/** The outlines of wards that have placed cameras. */
export function outlines(
  cameras: Pick<Camera, 'ward' | 'position'>[],
): { ward: string; line: Place[] }[] {
  const wards = new Map<string, Place[]>();
  for (const { ward, position } of cameras)
    if (ward && position) wards.set(ward, [...(wards.get(ward) ?? []), ...around(position)]);
  return [...wards].map(([ward, places]) => ({ ward, line: hull(places) }));
}
