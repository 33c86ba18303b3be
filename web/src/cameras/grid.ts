/** Lines of degrees on a map that has nothing else beneath. */

import L from 'leaflet';

/** Degrees between two lines, the widest first. */
const STEPS = [1, 0.5, 0.1, 0.05, 0.01, 0.005, 0.001];
const STYLE = { color: '#8a949e', weight: 1, opacity: 0.3, interactive: false };

export function drawGrid(map: L.Map, layer: L.LayerGroup): void {
  layer.clearLayers();
  const bounds = map.getBounds();
  const [west, east] = [bounds.getWest(), bounds.getEast()];
  const [south, north] = [bounds.getSouth(), bounds.getNorth()];
  const step = STEPS.find((s) => (east - west) / s >= 5) ?? 0.001;
  const line = (a: [number, number], b: [number, number]) =>
    layer.addLayer(L.polyline([a, b], STYLE));
  for (let lon = Math.floor(west / step) * step; lon < east; lon += step)
    line([south, lon], [north, lon]);
  for (let lat = Math.floor(south / step) * step; lat < north; lat += step)
    line([lat, west], [lat, east]);
}
