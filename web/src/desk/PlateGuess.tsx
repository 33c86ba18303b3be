/** What a machine made of the plate: a guess to hold against the pictures. It fills the field when
 * somebody asks for it, and is never entered by itself. */

import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { plateQuery } from '../api/plates';
import { useAbility } from '../api/ability';
import type { EventDetail } from '../api/types';
import classes from './Facts.module.css';

export function PlateGuess({
  event,
  onTake,
}: {
  event: EventDetail;
  onTake: (plate: string) => void;
}) {
  const { t } = useTranslation();
  const { can } = useAbility();
  const asked = event.evidence_state !== 'open' && can('get', '/events/{}/plate');
  const { data } = useQuery({ ...plateQuery(event.id), enabled: asked });
  if (!data) return null;
  if (data.state === 'cannot_read')
    return (
      <p className={classes.guess} data-testid="plate-guess">
        {t('plate.cannotRead', { why: t(`plate.why.${data.why ?? 'unclear'}`) })}
      </p>
    );
  const plate = data.state === 'read' ? data.plate : null;
  if (!plate) return null;
  return (
    <p className={classes.guess} data-testid="plate-guess">
      {t('plate.guess', { agree: data.agree, pictures: data.pictures })} <strong>{plate}</strong>{' '}
      <Button type="button" size="compact-xs" variant="default" onClick={() => onTake(plate)}>
        {t('plate.take')}
      </Button>
      <br />
      <span className={classes.faint}>{t('plate.check')}</span>
    </p>
  );
}
