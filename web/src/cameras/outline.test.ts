import { describe, expect, it } from 'vitest';
import { hull, outlines, type Place } from './outline';

const at = (lat: number, lon: number): Place => ({ lat, lon });
/** Whether a place lies within a convex line that runs against the clock. */
const within = (place: Place, line: Place[]) =>
  line.every((a, i) => {
    const b = line[(i + 1) % line.length] ?? a;
    return (b.lon - a.lon) * (place.lat - a.lat) - (b.lat - a.lat) * (place.lon - a.lon) >= 0;
  });

describe('outline', () => {
  it('the hull holds every place and only corners', () => {
    const places = [at(0, 0), at(0, 4), at(3, 4), at(3, 0), at(1, 1), at(2, 3), at(0, 2)];
    const line = hull(places);
    expect(line).toHaveLength(4);
    expect(places.every((p) => within(p, line))).toBe(true);
  });
  it('one camera has a circle around it, as wide as it is high on the ground', () => {
    const [one] = outlines([{ ward: 'P1', position: at(60, 106) }]);
    const lats = one?.line.map((p) => p.lat) ?? [];
    const lons = one?.line.map((p) => p.lon) ?? [];
    const high = Math.max(...lats) - Math.min(...lats);
    const wide = Math.max(...lons) - Math.min(...lons);
    expect(wide / high).toBeCloseTo(2, 1);
  });
  it('wards are apart, and what has no ward or place has none', () => {
    const found = outlines([
      { ward: 'P1', position: at(9.9, 106.3) },
      { ward: 'P2', position: at(9.95, 106.35) },
      { ward: 'P1', position: at(9.91, 106.31) },
      { ward: null, position: at(0, 0) },
      { ward: 'P3', position: null },
    ]);
    expect(found.map((f) => f.ward)).toEqual(['P1', 'P2']);
    expect(within(at(9.905, 106.305), found[0]?.line ?? [])).toBe(true);
  });
});
