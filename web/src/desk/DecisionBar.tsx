/** Where the decision is made: two keys or two presses, never one. */

import { Button, Kbd, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../api/me';
import type { EventDetail, Status } from '../api/types';
import { useSay, useTimes } from '../shell/say';
import { choose, keyOfReason, type Choice, type Decided } from './choice';
import { Reopen } from './Reopen';
import { resultOf, type Sent } from './outbox';
import classes from './DecisionBar.module.css';

type Props = {
  event: EventDetail;
  sent: Sent | undefined;
  choice: Choice;
  onChoice: (choice: Choice) => void;
  onDecided: (decided: Decided) => void;
};

export function DecisionBar({ event, sent, choice, onChoice, onDecided }: Props) {
  const { t } = useTranslation();
  const may = useMay('decide');
  const mine = sent && sent.state !== 'conflict' ? resultOf[sent.body.action] : undefined;
  const done =
    mine ?? (event.status === 'pending' || event.status === 'acknowledged' ? null : event.status);
  if (done)
    return (
      <footer className={classes.bar} data-testid="decided">
        <Done event={event} sent={sent} status={done} />
      </footer>
    );
  if (!may) return <footer className={classes.bar}>{t('desk.notAllowed')}</footer>;
  return (
    <footer className={classes.bar} aria-label={t('desk.decide')} role="group">
      <div className={classes.buttons}>
        <Button
          size="sm"
          color="green.9"
          variant={choice.step === 'confirm' ? 'filled' : 'outline'}
          className={classes.confirm}
          data-armed={choice.step === 'confirm' || undefined}
          onClick={() =>
            choice.step === 'confirm'
              ? onDecided({ action: 'confirm' })
              : onChoice({ step: 'confirm' })
          }
          rightSection={<Kbd size="xs">C</Kbd>}
        >
          {t('desk.confirm')}
        </Button>
        <Button
          size="sm"
          variant="outline"
          className={classes.dismiss}
          data-armed={choice.step === 'dismiss' || choice.step === 'explain' || undefined}
          aria-expanded={choice.step === 'dismiss'}
          onClick={() => onChoice({ step: choice.step === 'dismiss' ? 'none' : 'dismiss' })}
          rightSection={<Kbd size="xs">X</Kbd>}
        >
          {t('desk.dismiss')}
        </Button>
        <Button
          size="sm"
          variant="outline"
          className={classes.unsure}
          data-armed={choice.step === 'cannot_tell' || undefined}
          onClick={() =>
            choice.step === 'cannot_tell'
              ? onDecided({ action: 'cannot_tell' })
              : onChoice({ step: 'cannot_tell' })
          }
          rightSection={<Kbd size="xs">U</Kbd>}
        >
          {t('desk.cannotTell')}
        </Button>
        <span className={classes.hint} role="status">
          {choice.step === 'confirm' && t('desk.confirmAgain')}
          {choice.step === 'cannot_tell' && t('desk.cannotTellAgain')}
          {choice.step === 'dismiss' && t('desk.chooseReason')}
          {choice.step === 'none' && t('desk.proposal')}
        </span>
      </div>
      {choice.step === 'dismiss' && (
        <Reasons event={event} onChoice={onChoice} onDecided={onDecided} />
      )}
      {choice.step === 'explain' && (
        <Explain
          onSend={(note) => onDecided({ action: 'dismiss', reason: choice.reason, note })}
          onLeave={() => onChoice({ step: 'none' })}
        />
      )}
    </footer>
  );
}

function Reasons({ event, onChoice, onDecided }: Pick<Props, 'event' | 'onChoice' | 'onDecided'>) {
  const { t } = useTranslation();
  const say = useSay();
  return (
    <div className={classes.reasons} role="group" aria-label={t('desk.chooseReason')}>
      {event.reasons.map((reason, i) => (
        <button
          key={reason.code}
          type="button"
          className={classes.reason}
          onClick={() => {
            const { choice, decided } = choose(reason);
            if (decided) onDecided(decided);
            else onChoice(choice);
          }}
        >
          <Kbd size="xs">{keyOfReason(i)}</Kbd> {say(reason)}
        </button>
      ))}
    </div>
  );
}

function Explain({ onSend, onLeave }: { onSend: (note: string) => void; onLeave: () => void }) {
  const { t } = useTranslation();
  const [note, setNote] = useState('');
  return (
    <form
      onSubmit={(e) => {
        e.preventDefault();
        if (note.trim()) onSend(note.trim());
      }}
    >
      <TextInput
        label={t('desk.noteNeeded')}
        value={note}
        maxLength={2000}
        ref={(input) => input?.focus()}
        onChange={(e) => setNote(e.currentTarget.value)}
        onKeyDown={(e) => {
          if (e.key === 'Escape') onLeave();
        }}
      />
    </form>
  );
}

/** There is no undo: it is said what was decided, by whom, and who can reopen it. */
function Done({ event, sent, status }: Pick<Props, 'event' | 'sent'> & { status: Status }) {
  const { t } = useTranslation();
  const { time } = useTimes();
  const last = event.history.findLast((d) => resultOf[d.action] !== undefined);
  const mine = sent && sent.state !== 'conflict' && sent.state !== 'sent';
  return (
    <div className={classes.buttons}>
      <strong>{t(`status.${status}`)}</strong>
      <span>
        {mine
          ? t(
              sent.state === 'signed_out'
                ? 'outbox.waitingSignIn'
                : sent.state === 'sending'
                  ? 'outbox.sending'
                  : 'outbox.retrying',
            )
          : last && `${last.by_name ?? last.by}, ${time(last.at)}`}
      </span>
      {!mine && <Reopen event={event} />}
    </div>
  );
}
