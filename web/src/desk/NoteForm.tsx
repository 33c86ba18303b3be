/** A note or a plate on the event, without deciding it. */

import { Button, TextInput } from '@mantine/core';
import { type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../api/me';
import type { EventDetail } from '../api/types';
import { NOTE_LENGTH } from './note';
import { PlateGuess } from './PlateGuess';
import type { NoteHand } from './useNote';
import type { PlateHand } from './usePlate';
import classes from './Desk.module.css';

type Props = {
  event: EventDetail;
  note: NoteHand;
  /** None where it is settled what it is. */
  plate: PlateHand | null;
};

export function NoteForm({ event, note, plate }: Props) {
  const may = useMay('decide');
  const { t } = useTranslation();
  if (!may) return null;
  return (
    <div className={classes.notes}>
      <Field
        label={t('desk.note')}
        value={note.value}
        changed={note.value.trim() !== ''}
        error={note.error}
        busy={note.busy}
        maxLength={NOTE_LENGTH}
        autoCapitalize="sentences"
        mark="data-note"
        onType={note.type}
        onSave={note.save}
      />
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
          {!event.plate && <PlateGuess event={event} onTake={plate.take} />}
        </Field>
      )}
    </div>
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
