/** The camera's latest still, or that there is none. */

import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Camera } from '../api/types';
import classes from './Cameras.module.css';

export function StillImage({ camera }: { camera: Camera }) {
  const { t } = useTranslation();
  const [broken, setBroken] = useState(false);
  return camera.still && !broken ? (
    <img
      className={classes.picture}
      src={camera.still}
      alt={t('cameras.latest', { name: camera.name })}
      loading="lazy"
      onError={() => setBroken(true)}
    />
  ) : (
    <div className={classes.noPicture}>{t('cameras.noStill')}</div>
  );
}
