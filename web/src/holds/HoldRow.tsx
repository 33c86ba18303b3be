/** One hold: for which case, by whom, until when; and letting the evidence go. */

import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useErrorText, useTimes } from '../shell/say';
import classes from './Holds.module.css';
import { lift, type Hold } from './holds';
import { useHoldChange } from './useHoldChange';

export function HoldRow({ hold }: { hold: Hold }) {
  const { t } = useTranslation();
  const { day, time } = useTimes();
  const errorText = useErrorText();
  const changed = useHoldChange();
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState('');
  const [error, setError] = useState<string | null>(null);
  return (
    <div className={classes.row} data-hold={hold.id}>
      <div>
        <strong>{hold.reason}</strong>
        <div className={classes.faint}>
          {t('holds.by', { who: hold.by_name, when: time(hold.at_utc) })} ·{' '}
          {hold.until_utc
            ? t('holds.untilDay', { when: day(hold.until_utc) })
            : t('holds.untilLifted')}
        </div>
      </div>
      {!asking && (
        <Button variant="default" size="compact-sm" onClick={() => setAsking(true)}>
          {t('holds.lift')}
        </Button>
      )}
      {asking && (
        <form
          className={classes.lift}
          onSubmit={(e) => {
            e.preventDefault();
            if (!reason.trim()) return;
            lift(hold.id, reason.trim())
              .then(() => changed(hold.event))
              .catch((failure: unknown) => setError(errorText(failure)));
          }}
        >
          <TextInput
            label={t('holds.liftWhy')}
            value={reason}
            error={error}
            required
            maxLength={500}
            onChange={(e) => setReason(e.currentTarget.value)}
          />
          <Button type="submit" variant="default" disabled={!reason.trim()}>
            {t('holds.lift')}
          </Button>
          <Button variant="subtle" onClick={() => setAsking(false)}>
            {t('app.cancel')}
          </Button>
        </form>
      )}
    </div>
  );
}
