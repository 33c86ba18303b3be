/** Where the decision is made: two keys or two presses, never one. */

import { Button, Kbd, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../api/me';
import type { EventDetail } from '../api/types';
import { useSay } from '../shell/say';
import { choose, keyOfReason, type Choice, type Decided, type Matter } from './choice';
import { Done } from './Done';
import { resultOf, type Sent } from './outbox';
import classes from './DecisionBar.module.css';

type Props = {
  event: EventDetail;
  sent: Sent | undefined;
  choice: Choice;
  onChoice: (choice: Choice) => void;
  onDecided: (decided: Decided) => void;
  matter: Matter | null;
  /** The plate that goes with a confirmation; empty: it takes back the one that stands. */
  plate: string | null;
  /** Whether a guess is filled in that nobody saved. */
  guess: boolean;
  /** What is typed and goes with any decision. */
  note: string;
  /** Says that somebody is at it; none where somebody is already. */
  onTakeUp: (() => void) | null;
};

export function DecisionBar(props: Props) {
  const { event, sent, choice, onChoice, onDecided, matter, onTakeUp } = props;
  const { t } = useTranslation();
  const may = useMay('decide');
  const mine = sent && sent.state !== 'conflict' ? resultOf[sent.body.action] : undefined;
  const done =
    mine ?? (event.status === 'pending' || event.status === 'acknowledged' ? null : event.status);
  if (done || event.merged_into)
    return (
      <footer className={classes.bar} data-testid="decided">
        <Done
          event={event}
          sent={sent}
          status={done}
          armed={choice.step === 'agree'}
          onAgree={
            matter === 'second_look'
              ? () =>
                  choice.step === 'agree'
                    ? onDecided({ action: 'agree' })
                    : onChoice({ step: 'agree' })
              : null
          }
        />
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
          {choice.step !== 'confirm' || props.plate === null
            ? t('desk.confirm')
            : props.plate === ''
              ? t('desk.confirmWithout')
              : t('desk.confirmWith', { plate: props.plate.toUpperCase() })}
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
        {onTakeUp && (
          <Button
            size="sm"
            variant="default"
            onClick={onTakeUp}
            rightSection={<Kbd size="xs">T</Kbd>}
          >
            {t('action.acknowledge')}
          </Button>
        )}
        <span
          className={classes.hint}
          role="status"
          data-plain={(choice.step === 'none' && event.evidence_state !== 'open') || undefined}
        >
          {choice.step === 'confirm' && t('desk.confirmAgain')}
          {choice.step === 'confirm' && props.guess && ` ${t('desk.guessStays')}`}
          {choice.step === 'cannot_tell' && t('desk.cannotTellAgain')}
          {choice.step === 'dismiss' && t('desk.chooseReason')}
          {choice.step === 'none' &&
            t(event.evidence_state === 'open' ? 'desk.stillOpen' : 'desk.proposal')}
          {choice.step !== 'none' && props.note !== '' && ` ${t('desk.withNote')}`}
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
