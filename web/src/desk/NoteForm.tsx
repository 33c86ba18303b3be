/** A note or a plate on the event, without deciding it. */

import { Button, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { requestKey } from '../api/key';
import { useMay } from '../api/me';
import type { EventDetail } from '../api/types';
import { useSay } from '../shell/say';
import { isOpen } from './outbox';
import { useOutbox, useSent } from './OutboxProvider';
import { PlateGuess } from './PlateGuess';
import type { PlateHand } from './usePlate';
import classes from './Desk.module.css';

/** `plate`: none where it is settled what it is. */
export function NoteForm({ event, plate }: { event: EventDetail; plate: PlateHand | null }) {
  const may = useMay('decide');
  const { t } = useTranslation();
  if (!may) return null;
  return (
    <div className={classes.notes}>
      <Note event={event} />
      {plate && (
        <Field
          label={t('desk.plate')}
          value={plate.value}
          changed={plate.changed}
          error={plate.error}
          busy={plate.busy}
          maxLength={20}
          autoCapitalize="characters"
          mark="data-plate"
          onType={plate.type}
          onSave={plate.save}
        >
          {!event.plate && <PlateGuess event={event} onTake={plate.type} />}
        </Field>
      )}
    </div>
  );
}

/** Sent in the order of decisions: what is decided next knows the version that it made. */
function Note({ event }: { event: EventDetail }) {
  const { t } = useTranslation();
  const say = useSay();
  const outbox = useOutbox();
  const sent = useSent();
  const [text, setText] = useState('');
  const [key, setKey] = useState('');
  const last = sent.find((s) => s.key === key);
  const value = last?.state === 'sent' && last.body.note === text.trim() ? '' : text;
  const lost = last?.state === 'refused' || last?.state === 'conflict';
  const busy = last !== undefined && isOpen(last);
  return (
    <Field
      label={t('desk.note')}
      value={value}
      changed={value.trim() !== ''}
      error={lost && last.body.note === text.trim() ? say(last.why) : null}
      busy={busy}
      maxLength={2000}
      autoCapitalize="sentences"
      mark="data-note"
      onType={(typed) => {
        setText(typed);
        if (last?.state === 'sent') setKey('');
      }}
      onSave={() => {
        if (!value.trim() || busy) return;
        const made = requestKey();
        setKey(made);
        outbox.add(event, { action: 'note', note: value.trim(), request_key: made });
      }}
    />
  );
}

type FieldProps = {
  label: string;
  value: string;
  /** Whether there is anything to be saved. */
  changed: boolean;
  error: string | null;
  busy: boolean;
  maxLength: number;
  autoCapitalize: string;
  /** By which keys find it. */
  mark: 'data-note' | 'data-plate';
  onType: (text: string) => void;
  onSave: () => void;
  children?: ReactNode;
};

function Field({ label, value, changed, error, busy, onType, onSave, ...rest }: FieldProps) {
  const { t } = useTranslation();
  const { maxLength, autoCapitalize, mark, children } = rest;
  return (
    <form
      onSubmit={(e) => {
        e.preventDefault();
        onSave();
      }}
    >
      <TextInput
        label={label}
        value={value}
        error={error}
        maxLength={maxLength}
        autoCapitalize={autoCapitalize}
        spellCheck={false}
        onChange={(e) => onType(e.currentTarget.value)}
        onKeyDown={(e) => {
          if (e.key === 'Escape') e.currentTarget.blur();
        }}
        {...{ [mark]: true }}
        rightSectionWidth="3.25rem"
        rightSection={
          changed || busy ? (
            <Button type="submit" size="compact-xs" variant="default" loading={busy}>
              {t('app.save')}
            </Button>
          ) : null
        }
      />
      {children}
    </form>
  );
}
