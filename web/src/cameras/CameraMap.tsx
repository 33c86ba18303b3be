/** Cameras on a map that needs no network: a grid, a scale and the wards' outlines; nothing fetched. */

import L from 'leaflet';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Camera } from '../api/types';
import { outlines } from './outline';
import { pin, plainMap, point, showAll, text } from './plainMap';
import { SIGN } from './StateMark';
import classes from './Cameras.module.css';

/** Names stand beside so many cameras at most; beside more they show when pointed at. */
const NAMED = 40;
export default function CameraMap({ cameras }: { cameras: Camera[] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const box = useRef<HTMLDivElement>(null);
  const view = useRef<{ at: L.LatLng; zoom: number } | null>(null);
  const placed = cameras.filter((c) => c.position);
  const key = placed.map((c) => `${c.id}${c.state}`).join();
  useEffect(() => {
    if (!box.current) return;
    const map = plainMap(box.current, t);
    map.on('moveend', () => {
      view.current = { at: map.getCenter(), zoom: map.getZoom() };
    });
    // A camera that changes its state does not move the map from under the eye.
    if (view.current) map.setView(view.current.at, view.current.zoom);
    else
      showAll(
        map,
        placed.flatMap((c) => c.position ?? []),
      );
    for (const { ward, line } of outlines(placed)) {
      L.polygon(line.map(point), { className: classes.ward, interactive: false }).addTo(map);
      const top = line.reduce((north, p) => (p.lat > north.lat ? p : north));
      L.tooltip({ permanent: true, direction: 'top', className: classes.wardName })
        .setLatLng([top.lat, top.lon])
        .setContent(text(ward))
        .addTo(map);
    }
    for (const { id, name, state, position } of placed) {
      if (!position) continue;
      const said = `${name} – ${t(`cameraState.${state}`)}`;
      const named = placed.length <= NAMED && state !== 'seeing';
      const open = () => void navigate({ to: '/cameras/$id', params: { id } });
      const how = { className: classes.pin, named, open };
      pin({ at: position, sign: SIGN[state], state, said, ...how }).addTo(map);
    }
    return () => {
      map.remove();
    };
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
