/** Taking a decision back: for who may, with a reason; others are told who can. */

import { Button, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { eventQuery, sendDecision } from '../api/events';
import { requestKey } from '../api/key';
import { useMay } from '../api/me';
import type { EventDetail } from '../api/types';
import { useErrorText } from '../shell/say';

export function Reopen({ event }: { event: EventDetail }) {
  const { t } = useTranslation();
  const may = useMay('reopen');
  const client = useQueryClient();
  const errorText = useErrorText();
  const [asking, setAsking] = useState(false);
  const [note, setNote] = useState('');
  const [error, setError] = useState<string | null>(null);
  if (!may) return <span>{t('desk.reopenHint')}</span>;
  if (!asking)
    return (
      <Button variant="default" onClick={() => setAsking(true)}>
        {t('desk.reopen')}
      </Button>
    );
  return (
    <form
      onSubmit={(e) => {
        e.preventDefault();
        if (!note.trim()) return;
        sendDecision(event.id, event.version, {
          action: 'reopen',
          note: note.trim(),
          request_key: requestKey(),
        })
          .then(() => client.invalidateQueries({ queryKey: eventQuery(event.id).queryKey }))
          .then(() => setAsking(false))
          .catch((failure: unknown) => setError(errorText(failure)));
      }}
    >
      <TextInput
        label={t('desk.reopenWhy')}
        value={note}
        error={error}
        maxLength={2000}
        onChange={(e) => setNote(e.currentTarget.value)}
        rightSectionWidth="5rem"
        rightSection={
          <Button type="submit" size="compact-xs">
            {t('desk.reopen')}
          </Button>
        }
      />
    </form>
  );
}
