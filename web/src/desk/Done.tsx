/** There is no undo: what was decided, by whom, who looks again, and who can take it back. */

import { Button, Kbd } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMay, useMe } from '../api/me';
import type { EventDetail, Status } from '../api/types';
import { useTimes } from '../shell/say';
import { Reopen } from './Reopen';
import type { Sent } from './outbox';
import { lastDecision } from './second';
import classes from './DecisionBar.module.css';

type Props = {
  event: EventDetail;
  sent: Sent | undefined;
  status: Status | null;
  armed: boolean;
  onAgree: (() => void) | null;
};

export function Done({ event, sent, status, armed, onAgree }: Props) {
  const { t } = useTranslation();
  const { time } = useTimes();
  const last = lastDecision(event);
  const onWay = sent && sent.state !== 'conflict' && sent.state !== 'sent' ? sent : undefined;
  const taken = last ? `${last.by_name ?? last.by}, ${time(last.at)}` : '';
  return (
    <div className={`${classes.buttons} ${classes.done}`}>
      {event.merged_into ? (
        <span>
          <strong>{t('merge.done')}</strong>{' '}
          <Link to="/desk" search={(old) => ({ ...old, event: event.merged_into ?? undefined })}>
            {t('merge.other')}
          </Link>
        </span>
      ) : (
        <strong>{status && t(`status.${status}`)}</strong>
      )}
      <span role="status">
        {onWay
          ? t(
              onWay.state === 'signed_out'
                ? 'outbox.waitingSignIn'
                : onWay.state === 'sending'
                  ? 'outbox.sending'
                  : 'outbox.retrying',
            )
          : taken}
      </span>
      {!onWay && <Look event={event} armed={armed} onAgree={onAgree} />}
      {!onWay && (
        <Reopen
          key={`${event.id}/${event.version}`}
          event={event}
          word={t(event.merged_into ? 'merge.undo' : onAgree ? 'second.takeBack' : 'desk.reopen')}
        />
      )}
    </div>
  );
}

function Look({ event, armed, onAgree }: Pick<Props, 'event' | 'armed' | 'onAgree'>) {
  const { t } = useTranslation();
  const me = useMe();
  const reopens = useMay('reopen');
  if (onAgree)
    return (
      <>
        <span className={classes.look}>{t('second.wanted')}</span>
        <Button
          size="sm"
          variant="outline"
          className={classes.confirm}
          data-armed={armed || undefined}
          onClick={onAgree}
          rightSection={<Kbd size="xs">A</Kbd>}
        >
          {t('second.agree')}
        </Button>
        {armed && <span role="status">{t('second.agreeAgain')}</span>}
      </>
    );
  if (event.second_look === 'agreed') return <span>{t('second.agreed')}</span>;
  if (event.second_look !== 'wanted' || !reopens) return null;
  return <span>{t(lastDecision(event)?.by === me.id ? 'second.byOther' : 'second.wanted')}</span>;
}
