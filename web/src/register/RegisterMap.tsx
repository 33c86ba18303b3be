/** Cameras installed and planned on a map that needs no network. */

import L from 'leaflet';
import 'leaflet/dist/leaflet.css';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { RegisterCamera } from '../api/register';
import { drawGrid } from '../cameras/grid';
import classes from './Register.module.css';

/** Where Vietnam lies, for a register without positions. */
const COUNTRY: [number, number][] = [
  [8.5, 102.1],
  [23.4, 109.5],
];
/** Told apart by form and sign, not by colour alone. */
const SIGN = { installed: '●', planned: '+', removed: '×' } as const;

export default function RegisterMap({ cameras }: { cameras: RegisterCamera[] }) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const placed = cameras.filter((c) => c.position && c.state !== 'removed');
  const key = placed.map((c) => `${c.code}${c.state}${c.position?.lat}${c.position?.lon}`).join();
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
    const at = (c: RegisterCamera): [number, number] => [
      c.position?.lat ?? 0,
      c.position?.lon ?? 0,
    ];
    const points = placed.length > 0 ? placed.map(at) : COUNTRY;
    map.fitBounds(L.latLngBounds(points).pad(0.2), { maxZoom: 16 });
    for (const camera of placed) {
      const said = `${camera.code} · ${camera.name} – ${t(`register.states.${camera.state}`)}`;
      const sign = document.createElement('span');
      sign.textContent = SIGN[camera.state];
      sign.dataset.state = camera.state;
      L.marker(at(camera), {
        icon: L.divIcon({ className: classes.pin ?? '', html: sign, iconSize: [26, 26] }),
        keyboard: true,
        riseOnHover: true,
        alt: said,
      })
        .on('add', (e) => {
          const element = (e.target as L.Marker).getElement();
          element?.setAttribute('role', 'img');
          element?.setAttribute('aria-label', said);
        })
        .bindTooltip(document.createTextNode(said) as unknown as HTMLElement, {
          direction: 'right',
          offset: [12, 0],
        })
        .addTo(map);
    }
    return () => {
      map.remove();
    };
    // The map is made anew when a camera comes, goes or is moved.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [key, t]);
  return (
    <>
      <div ref={box} className={classes.map} role="region" aria-label={t('register.mapLabel')} />
      <p className={classes.legend}>
        {(['installed', 'planned'] as const).map((state) => (
          <span key={state} className={classes.state} data-state={state}>
            {SIGN[state]} {t(`register.states.${state}`)}
          </span>
        ))}
        {placed.length < cameras.length && (
          <span>
            {t('register.unplaced', {
              count: cameras.filter((c) => !c.position && c.state !== 'removed').length,
            })}
          </span>
        )}
      </p>
    </>
  );
}
