/** Tells plainly what could not be sent yet, and whose decision came first. */

import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useInterval } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { away } from '../api/away';
import { useSignal } from '../api/signal';
import { useSay, useTimes } from '../shell/say';
import { isOpen } from './outbox';
import { useOutbox, useSent } from './OutboxProvider';

/** After this it is said in a bar that cannot be overlooked; milliseconds. */
export const LATE = 15_000;

export function OutboxNotice() {
  const { t } = useTranslation();
  const say = useSay();
  const { span, time } = useTimes();
  const outbox = useOutbox();
  const sent = useSent();
  const [now, setNow] = useState(() => Date.now());
  useInterval(() => setNow(Date.now()), 1000, { autoInvoke: true });

  const stuck = sent.filter((s) => isOpen(s) && s.stuckSince !== null);
  const since = Math.min(...stuck.map((s) => s.stuckSince ?? now));
  // While the database is away that is said already, calmly: nothing is wrong with the network.
  const calm = useSignal(away)?.what === 'database_away';
  const late = stuck.length > 0 && !calm && now - since >= LATE;
  const lost = sent.filter((s) => s.state === 'conflict' || s.state === 'refused').slice(-5);
  return (
    <div aria-live="assertive">
      {late && (
        <Alert color="red" variant="filled" radius={0} p="xs" data-testid="late">
          {t('outbox.late', { span: span((now - since) / 1000), count: stuck.length })}
        </Alert>
      )}
      {lost.map((s) => (
        <Alert
          key={s.key}
          color="orange"
          variant="light"
          radius={0}
          p="xs"
          data-testid={s.state}
          title={s.state === 'conflict' ? t('outbox.conflictTitle') : undefined}
        >
          <Group gap="sm" justify="space-between">
            <Stack gap={0}>
              <Text size="sm">
                {say(s.name)}
                {': '}
                {s.state === 'conflict'
                  ? t('outbox.conflict', {
                      who: s.current?.by ?? t('outbox.someone'),
                      status: t(`status.${s.current?.status ?? 'acknowledged'}`),
                      when: time(s.current?.at),
                    })
                  : t('outbox.refused', { why: say(s.why) })}
              </Text>
              {s.body.note && (
                <Text size="sm" data-testid="lost-note">
                  {t('outbox.note', { note: s.body.note })}
                </Text>
              )}
            </Stack>
            <Group gap="xs">
              <Button
                variant="default"
                renderRoot={(props) => <Link to="/desk" search={{ event: s.event }} {...props} />}
              >
                {t('outbox.open')}
              </Button>
              <Button variant="default" onClick={() => outbox.forget(s.key)}>
                {t('outbox.dismissNotice')}
              </Button>
            </Group>
          </Group>
        </Alert>
      ))}
    </div>
  );
}
