/** Cameras on a map that needs no network: a grid of degrees and a scale, nothing fetched. */

import L from 'leaflet';
import 'leaflet/dist/leaflet.css';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Camera } from '../api/types';
import classes from './Cameras.module.css';

const COLOUR: Record<Camera['state'], string> = {
  seeing: '#2f9e5b',
  degraded: '#c77700',
  blind: '#c92a2a',
  offline: '#c92a2a',
  unknown: '#6b7680',
};
/** Degrees between two lines, the widest first. */
const STEPS = [1, 0.5, 0.1, 0.05, 0.01, 0.005, 0.001];

function drawGrid(map: L.Map, layer: L.LayerGroup): void {
  layer.clearLayers();
  const bounds = map.getBounds();
  const width = bounds.getEast() - bounds.getWest();
  const step = STEPS.find((s) => width / s >= 5) ?? 0.001;
  const style = { color: '#8a949e', weight: 1, opacity: 0.45, interactive: false };
  for (let lon = Math.floor(bounds.getWest() / step) * step; lon < bounds.getEast(); lon += step)
    layer.addLayer(
      L.polyline(
        [
          [bounds.getSouth(), lon],
          [bounds.getNorth(), lon],
        ],
        style,
      ),
    );
  for (let lat = Math.floor(bounds.getSouth() / step) * step; lat < bounds.getNorth(); lat += step)
    layer.addLayer(
      L.polyline(
        [
          [lat, bounds.getWest()],
          [lat, bounds.getEast()],
        ],
        style,
      ),
    );
}

export default function CameraMap({ cameras }: { cameras: Camera[] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const box = useRef<HTMLDivElement>(null);
  const placed = cameras.filter((c) => c.position);
  const key = placed.map((c) => `${c.id}${c.state}`).join();
  useEffect(() => {
    if (!box.current) return;
    const map = L.map(box.current, {
      attributionControl: false,
      zoomAnimation: false,
      zoomControl: false,
    });
    L.control
      .zoom({ zoomInTitle: t('cameras.zoomIn'), zoomOutTitle: t('cameras.zoomOut') })
      .addTo(map);
    const grid = L.layerGroup().addTo(map);
    map.on('moveend', () => drawGrid(map, grid));
    L.control.scale({ imperial: false }).addTo(map);
    const points = placed.map((c): [number, number] => [
      c.position?.lat ?? 0,
      c.position?.lon ?? 0,
    ]);
    map.fitBounds(
      L.latLngBounds(
        points.length > 0
          ? points
          : [
              [8.5, 102.1],
              [23.4, 109.5],
            ],
      ).pad(0.25),
      {
        maxZoom: 16,
      },
    );
    for (const camera of placed) {
      const at: [number, number] = [camera.position?.lat ?? 0, camera.position?.lon ?? 0];
      L.circleMarker(at, {
        radius: camera.state === 'seeing' ? 7 : 10,
        color: '#ffffff',
        weight: 2,
        fillColor: COLOUR[camera.state],
        fillOpacity: 1,
      })
        .addTo(map)
        .bindTooltip(
          document.createTextNode(
            `${camera.name} – ${t(`cameraState.${camera.state}`)}`,
          ) as unknown as HTMLElement,
          {
            permanent: placed.length <= 12,
            direction: 'right',
            offset: [8, 0],
          },
        )
        .on('click', () => void navigate({ to: '/cameras/$id', params: { id: camera.id } }));
    }
    return () => {
      map.remove();
    };
    // The map is made anew when a camera comes, goes or changes its state.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [key, t]);
  return (
    <>
      {/* What the map shows stands on the wall too, where keyboard and screen reader reach it. */}
      <div ref={box} className={classes.map} role="region" aria-label={t('cameras.map')} />
      {placed.length < cameras.length && (
        <p>{t('cameras.unplaced', { count: cameras.length - placed.length })}</p>
      )}
    </>
  );
}
