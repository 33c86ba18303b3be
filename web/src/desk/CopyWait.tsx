/** Where the clip would be, while a copy for viewing is made or when none can be had. */

import { Button, Loader } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { CopyState } from '../api/viewCopy';
import classes from './Evidence.module.css';

type Props = { copy: CopyState; original: string | null; onAgain: () => void };

export function CopyWait({ copy, original, onAgain }: Props) {
  const { t } = useTranslation();
  const failed = copy.step === 'failed';
  return (
    <div className={classes.waits} role={failed ? 'alert' : 'status'} data-testid="copy-wait">
      <span>{t('copy.cannotPlay')}</span>
      {failed ? (
        <>
          <span>{t(copy.gone ? 'copy.gone' : 'copy.failed')}</span>
          {!copy.gone && (
            <Button variant="default" onClick={onAgain}>
              {t('app.retry')}
            </Button>
          )}
        </>
      ) : (
        <>
          <Loader size="xs" color="white" />
          <span>{t('copy.making')}</span>
        </>
      )}
      {original && (
        <a href={original} download className={classes.onDark}>
          {t('copy.original')}
        </a>
      )}
    </div>
  );
}
