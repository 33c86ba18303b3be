/** Taking a decision back: for who may, with a reason; others are told who can. */

import { Button, TextInput } from '@mantine/core';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../api/me';
import type { EventDetail } from '../api/types';
import { useErrorText } from '../shell/say';
import { useAct } from './useAct';
import classes from './DecisionBar.module.css';

type Props = {
  event: EventDetail;
  /** What taking back is called here. */
  word: string;
};

export function Reopen({ event, word }: Props) {
  const { t } = useTranslation();
  const may = useMay('reopen');
  const act = useAct(event);
  const errorText = useErrorText();
  const [asking, setAsking] = useState(false);
  const [note, setNote] = useState('');
  const [error, setError] = useState<string | null>(null);
  const field = useCallback((input: HTMLInputElement | null) => input?.focus(), []);
  if (!may) return <span>{t('desk.reopenHint')}</span>;
  if (!asking)
    return (
      <Button variant="default" onClick={() => setAsking(true)}>
        {word}
      </Button>
    );
  return (
    <form
      className={classes.reopen}
      onSubmit={(e) => {
        e.preventDefault();
        if (!note.trim()) return;
        act({ action: 'reopen', note: note.trim() })
          .then(() => setAsking(false))
          .catch((failure: unknown) => setError(errorText(failure)));
      }}
    >
      <TextInput
        label={t('desk.reopenWhy')}
        value={note}
        error={error}
        maxLength={2000}
        // The field is what the officer has just asked for.
        ref={field}
        onKeyDown={(e) => {
          if (e.key === 'Escape') setAsking(false);
        }}
        onChange={(e) => setNote(e.currentTarget.value)}
        rightSectionWidth="5rem"
        rightSection={
          <Button type="submit" size="compact-xs" disabled={!note.trim()}>
            {t('app.save')}
          </Button>
        }
      />
    </form>
  );
}
