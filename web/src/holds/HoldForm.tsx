/** Keeping an event's evidence: for which case, and until when. */

import { Alert, Button, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useKey } from '../api/useKey';
import { useErrorText } from '../shell/say';
import classes from './Holds.module.css';
import { hold } from './holds';
import { useHoldChange } from './useHoldChange';

export function HoldForm({ event, onDone }: { event: string; onDone: () => void }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const changed = useHoldChange();
  const keyOf = useKey();
  const [reason, setReason] = useState('');
  const [until, setUntil] = useState('');
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  async function submit(form: FormEvent) {
    form.preventDefault();
    const said = reason.trim();
    if (!said || busy) return;
    setBusy(true);
    setError(null);
    try {
      await hold(event, said, until, keyOf([event, said, until]));
      await changed(event);
      onDone();
    } catch (failure) {
      setError(errorText(failure));
      setBusy(false);
    }
  }
  return (
    <form className={classes.form} onSubmit={(e) => void submit(e)}>
      <TextInput
        label={t('holds.reason')}
        description={t('holds.reasonHint')}
        value={reason}
        required
        maxLength={500}
        onChange={(e) => setReason(e.currentTarget.value)}
      />
      <TextInput
        type="date"
        label={t('holds.until')}
        description={t('holds.untilHint')}
        value={until}
        onChange={(e) => setUntil(e.currentTarget.value)}
      />
      <div className={classes.buttons}>
        <Button type="submit" variant="default" loading={busy} disabled={!reason.trim()}>
          {t('holds.keep')}
        </Button>
        <Button variant="subtle" onClick={onDone}>
          {t('app.cancel')}
        </Button>
      </div>
      {error && (
        <Alert p="xs" color="red" variant="outline" role="alert" className={classes.wide}>
          {error}
        </Alert>
      )}
    </form>
  );
}
