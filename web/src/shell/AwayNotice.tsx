/** Calmly, while the server or its database is away: what happens, and that nothing is lost. */

import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { away, returned } from '../api/away';
import { ask, ApiError } from '../api/client';
import { useSignal } from '../api/signal';
import { openDecisions } from '../desk/outbox';
import { useTimes } from './say';
import { useNow } from './useNow';
import classes from './AwayNotice.module.css';

/** A moment's fault is not worth a word; milliseconds. */
const MOMENT = 2500;
/** Milliseconds between two questions whether it is back. */
const AGAIN = 3000;

export function AwayNotice() {
  const { t } = useTranslation();
  const { time } = useTimes();
  const now = useNow(1);
  const client = useQueryClient();
  const gone = useSignal(away);
  const waiting = useSignal(openDecisions);
  const isGone = gone !== null;
  useEffect(() => {
    if (!isGone) return;
    // Whoever is signed in or not: any answer tells that it is back.
    const look = () => void ask('/me').catch((error: unknown) => error instanceof ApiError);
    const timer = setInterval(look, AGAIN);
    return () => clearInterval(timer);
  }, [isGone]);
  useEffect(
    () =>
      returned.on(
        () =>
          void client.refetchQueries({
            predicate: (query) =>
              query.state.status === 'error' || query.state.fetchFailureCount > 0,
          }),
      ),
    [client],
  );
  const shown = gone !== null && now - gone.since >= MOMENT;
  return (
    <div aria-live="polite" className={classes.place}>
      {shown && (
        <div className={classes.notice} data-testid="away">
          <span className={classes.sign} aria-hidden="true" />
          <span>
            {t(gone.what === 'database_away' ? 'away.database' : 'away.server', {
              when: time(new Date(gone.since).toISOString()),
            })}{' '}
            {waiting > 0 && <strong>{t('away.waiting', { count: waiting })}</strong>}
          </span>
        </div>
      )}
    </div>
  );
}
