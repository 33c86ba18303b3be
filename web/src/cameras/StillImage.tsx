/** The camera's latest picture with its age, or that there is none. Fetched while it is in view. */

import { useInViewport } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ageOf, OLD, stillQuery } from '../api/still';
import type { Camera } from '../api/types';
import { useTimes } from '../shell/say';
import { useNow } from '../shell/useNow';
import classes from './Cameras.module.css';

export function StillImage({ camera }: { camera: Camera }) {
  const { t } = useTranslation();
  const { span, short } = useTimes();
  const { ref, inViewport } = useInViewport<HTMLDivElement>();
  const query = useQuery(stillQuery(camera, inViewport));
  const still = query.data ?? null;
  const address = useAddress(still?.picture);
  const now = useNow(10);
  const age = still ? ageOf(still, now) : null;
  const old = age !== null && age > OLD;
  return (
    <div ref={ref} className={classes.still} aria-busy={query.isFetching && !still}>
      {address ? (
        <img
          className={classes.picture}
          src={address}
          alt={t('cameras.latest', { name: camera.name })}
        />
      ) : (
        <div className={classes.noPicture}>
          {query.isLoading ? t('app.loading') : t('cameras.noStill')}
        </div>
      )}
      {address && age !== null && still?.taken && (
        <span className={classes.age} data-old={old || undefined}>
          {old
            ? t('cameras.takenAt', { when: short(new Date(still.taken).toISOString()) })
            : t('time.ago', { span: span(age) })}
        </span>
      )}
    </div>
  );
}

/** An address of the picture, given back when another takes its place. */
function useAddress(picture: Blob | undefined): string | null {
  const [address, setAddress] = useState<string | null>(null);
  useEffect(() => {
    if (!picture) {
      setAddress(null);
      return;
    }
    const made = URL.createObjectURL(picture);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [picture]);
  return address;
}
