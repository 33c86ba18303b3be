/** A map that needs no network: a grid and a scale, nothing fetched; and pins on it. */

import L from 'leaflet';
import 'leaflet/dist/leaflet.css';
import type { TFunction } from 'i18next';
import { drawGrid } from './grid';

/** Where Vietnam lies, for cameras without positions. */
const COUNTRY: [number, number][] = [
  [8.5, 102.1],
  [23.4, 109.5],
];
type Spot = { lat: number; lon: number };

export const point = ({ lat, lon }: Spot): [number, number] => [lat, lon];

export function plainMap(box: HTMLElement, t: TFunction): L.Map {
  const map = L.map(box, { attributionControl: false, zoomAnimation: false, zoomControl: false });
  L.control
    .zoom({ zoomInTitle: t('cameras.zoomIn'), zoomOutTitle: t('cameras.zoomOut') })
    .addTo(map);
  const grid = L.layerGroup().addTo(map);
  map.on('moveend', () => drawGrid(map, grid));
  L.control.scale({ imperial: false }).addTo(map);
  return map;
}

/** Shows all of them, or the country where there is none. */
export function showAll(map: L.Map, spots: Spot[]): void {
  const points = spots.length > 0 ? spots.map(point) : COUNTRY;
  map.fitBounds(L.latLngBounds(points).pad(0.2), { maxZoom: 16 });
}

/** Markup in a name stays text. */
export const text = (said: string) => document.createTextNode(said) as unknown as HTMLElement;

type Pin = {
  at: Spot;
  sign: string;
  state: string;
  said: string;
  className: string | undefined;
  /** Whether what it says shows without being pointed at. */
  named?: boolean;
  open?: () => void;
};

/** A sign whose form and letter tell the state, not its colour alone. */
export function pin({ at, sign, state, said, className, named, open }: Pin): L.Marker {
  const shown = document.createElement('span');
  shown.textContent = sign;
  shown.dataset.state = state;
  const icon = L.divIcon({ className: className ?? '', html: shown, iconSize: [26, 26] });
  const marker = L.marker(point(at), { icon, keyboard: true, riseOnHover: true, alt: said })
    .on('add', (e) => {
      const element = (e.target as L.Marker).getElement();
      element?.setAttribute('role', open ? 'link' : 'img');
      element?.setAttribute('aria-label', said);
      element?.addEventListener('keydown', (pressed) => {
        if (pressed.key === 'Enter') open?.();
      });
    })
    .bindTooltip(text(said), { permanent: named ?? false, direction: 'right', offset: [12, 0] });
  if (open) marker.on('click', open);
  return marker;
}
