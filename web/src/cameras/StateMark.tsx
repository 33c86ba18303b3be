/** A camera's state: word and sign, never colour alone. */

import { useTranslation } from 'react-i18next';
import type { CameraState } from '../api/types';
import classes from './Cameras.module.css';

export const SIGN: Record<CameraState, string> = {
  seeing: '●',
  degraded: '◐',
  blind: '■',
  offline: '✕',
  unknown: '?',
};

export function StateMark({ state }: { state: CameraState }) {
  const { t } = useTranslation();
  return (
    <span className={classes.state} data-state={state}>
      <span aria-hidden="true">{SIGN[state]}</span> {t(`cameraState.${state}`)}
    </span>
  );
}
