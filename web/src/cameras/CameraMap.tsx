/** Cameras on a map that needs no network: a grid, a scale and the wards' outlines; nothing fetched. */

import L from 'leaflet';
import 'leaflet/dist/leaflet.css';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Camera } from '../api/types';
import { drawGrid } from './grid';
import { outlines } from './outline';
import { SIGN } from './StateMark';
import classes from './Cameras.module.css';

/** Names stand beside so many cameras at most; beside more they show when pointed at. */
const NAMED = 40;
/** Where Vietnam lies, for a site whose cameras have no position. */
const COUNTRY: [number, number][] = [
  [8.5, 102.1],
  [23.4, 109.5],
];

export default function CameraMap({ cameras }: { cameras: Camera[] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const box = useRef<HTMLDivElement>(null);
  const view = useRef<{ at: L.LatLng; zoom: number } | null>(null);
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
    map.on('moveend', () => {
      drawGrid(map, grid);
      view.current = { at: map.getCenter(), zoom: map.getZoom() };
    });
    L.control.scale({ imperial: false }).addTo(map);
    const points = placed.map(({ position: p }): [number, number] => [p?.lat ?? 0, p?.lon ?? 0]);
    // A camera that changes its state does not move the map from under the eye.
    if (view.current) map.setView(view.current.at, view.current.zoom);
    else
      map.fitBounds(L.latLngBounds(points.length > 0 ? points : COUNTRY).pad(0.2), {
        maxZoom: 16,
      });
    for (const { ward, line } of outlines(placed)) {
      L.polygon(
        line.map((p): [number, number] => [p.lat, p.lon]),
        { className: classes.ward, interactive: false },
      ).addTo(map);
      const top = line.reduce((north, p) => (p.lat > north.lat ? p : north));
      L.tooltip({ permanent: true, direction: 'top', className: classes.wardName })
        .setLatLng([top.lat, top.lon])
        .setContent(document.createTextNode(ward) as unknown as HTMLElement)
        .addTo(map);
    }
    for (const camera of placed) addCamera(map, camera);
    return () => {
      map.remove();
    };

    function addCamera(onto: L.Map, camera: Camera) {
      const open = () => void navigate({ to: '/cameras/$id', params: { id: camera.id } });
      const said = `${camera.name} – ${t(`cameraState.${camera.state}`)}`;
      const sign = document.createElement('span');
      sign.textContent = SIGN[camera.state];
      sign.dataset.state = camera.state;
      L.marker([camera.position?.lat ?? 0, camera.position?.lon ?? 0], {
        icon: L.divIcon({ className: classes.pin ?? '', html: sign, iconSize: [26, 26] }),
        keyboard: true,
        riseOnHover: true,
      })
        .on('add', (e) => {
          const element = (e.target as L.Marker).getElement();
          element?.setAttribute('role', 'link');
          element?.setAttribute('aria-label', said);
          element?.addEventListener('keydown', (pressed) => {
            if (pressed.key === 'Enter') open();
          });
        })
        .on('click', open)
        .bindTooltip(document.createTextNode(said) as unknown as HTMLElement, {
          permanent: placed.length <= NAMED && camera.state !== 'seeing',
          direction: 'right',
          offset: [12, 0],
        })
        .addTo(onto);
    }
    // The map is made anew when a camera comes, goes or changes its state.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [key, t]);
  return (
    <>
      <div ref={box} className={classes.map} role="region" aria-label={t('cameras.map')} />
      <p className={classes.below}>
        {t('cameras.outline')}{' '}
        {placed.length < cameras.length &&
          t('cameras.unplaced', { count: cameras.length - placed.length })}
      </p>
    </>
  );
}
