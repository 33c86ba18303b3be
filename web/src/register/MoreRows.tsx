/** How many rows of a table are not shown, and showing more. */

import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import classes from './Register.module.css';

export function MoreRows({ left, onMore }: { left: number; onMore: () => void }) {
  const { t } = useTranslation();
  if (left <= 0) return null;
  return (
    <p className={classes.faint}>
      {t('register.rowsLeft', { count: left })}{' '}
      <Button size="compact-sm" variant="default" onClick={onMore}>
        {t('app.more')}
      </Button>
    </p>
  );
}
