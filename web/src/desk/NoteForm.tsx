/** A note or a plate on the event, without deciding it. */

import { Button, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../api/me';
import type { EventDetail } from '../api/types';
import { useErrorText } from '../shell/say';
import { PlateGuess } from './PlateGuess';
import { useAct } from './useAct';
import classes from './Desk.module.css';

export function NoteForm({ event }: { event: EventDetail }) {
  const may = useMay('decide');
  const { t } = useTranslation();
  if (!may) return null;
  return (
    <div className={classes.notes}>
      <OneField event={event} action="note" label={t('desk.note')} focusMark />
      <OneField event={event} action="plate" label={t('desk.plate')} first={event.plate ?? ''} />
    </div>
  );
}

type FieldProps = {
  event: EventDetail;
  action: 'note' | 'plate';
  label: string;
  first?: string;
  focusMark?: boolean;
};

function OneField({ event, action, label, first = '', focusMark }: FieldProps) {
  const { t } = useTranslation();
  const act = useAct(event);
  const errorText = useErrorText();
  const [value, setValue] = useState(first);
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  async function submit(form: FormEvent) {
    form.preventDefault();
    if (!value.trim() || busy) return;
    setBusy(true);
    setError(null);
    try {
      await act({ action, [action]: value.trim() });
      if (action === 'note') setValue('');
    } catch (failure) {
      setError(errorText(failure));
    } finally {
      setBusy(false);
    }
  }
  return (
    <form onSubmit={(e) => void submit(e)}>
      <TextInput
        label={label}
        value={value}
        error={error}
        maxLength={action === 'note' ? 2000 : 20}
        autoCapitalize={action === 'plate' ? 'characters' : 'sentences'}
        spellCheck={false}
        onChange={(e) => setValue(e.currentTarget.value)}
        onKeyDown={(e) => {
          if (e.key === 'Escape') e.currentTarget.blur();
        }}
        {...(focusMark ? { 'data-note': true } : {})}
        rightSectionWidth="3.25rem"
        rightSection={
          value.trim() !== first.trim() ? (
            <Button type="submit" size="compact-xs" variant="default" loading={busy}>
              {t('app.save')}
            </Button>
          ) : null
        }
      />
      {action === 'plate' && first === '' && <PlateGuess event={event} onTake={setValue} />}
    </form>
  );
}
