/** Cameras installed and planned on a map that needs no network. */

import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { RegisterCamera } from '../api/register';
import { pin, plainMap, showAll } from '../cameras/plainMap';
import classes from './Register.module.css';

/** Told apart by form and sign, not by colour alone. */
const SIGN = { installed: '●', planned: '+', removed: '×' } as const;

export default function RegisterMap({ cameras }: { cameras: RegisterCamera[] }) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const placed = cameras.filter((c) => c.position && c.state !== 'removed');
  const key = placed.map((c) => `${c.code}${c.state}${c.position?.lat}${c.position?.lon}`).join();
  useEffect(() => {
    if (!box.current) return;
    const map = plainMap(box.current, t);
    showAll(
      map,
      placed.flatMap((c) => c.position ?? []),
    );
    for (const { code, name, state, position } of placed) {
      if (!position) continue;
      const said = `${code} · ${name} – ${t(`register.states.${state}`)}`;
      const sign = SIGN[state];
      pin({ at: position, sign, state, said, className: classes.pin }).addTo(map);
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
