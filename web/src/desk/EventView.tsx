/** The event that is looked at: what it is, its stills and its clip. */

import { ActionIcon, Alert } from '@mantine/core';
import type { Ref } from 'react';
import { useTranslation } from 'react-i18next';
import type { EventDetail } from '../api/types';
import { useSay, useTimes } from '../shell/say';
import { Clip, type ClipHand } from './Clip';
import { NoteForm } from './NoteForm';
import { Stills, type StillName } from './Stills';
import classes from './Desk.module.css';

type Props = {
  event: EventDetail;
  marks: boolean;
  onMarks: (on: boolean) => void;
  onZoom: (name: StillName) => void;
  onHelp: () => void;
  clip: Ref<ClipHand>;
};

export function EventView({ event, marks, onMarks, onZoom, onHelp, clip }: Props) {
  const { t } = useTranslation();
  const say = useSay();
  const { time, short } = useTimes();
  return (
    <article className={classes.view} aria-labelledby="event-title">
      <header className={classes.head}>
        <h2 id="event-title">{say(event.kind_name)}</h2>
        <span className={classes.severity} data-severity={event.severity}>
          {t(`severity.${event.severity}`)}
        </span>
        <span>{t(`domain.${event.domain}`)}</span>
        <span className={classes.place}>
          {event.camera_name} · <span className="num">{time(event.moment_utc)}</span>
        </span>
        {event.due_at && (
          <span className={event.overdue ? classes.overdue : undefined}>
            {event.overdue && `${t('desk.overdue')}. `}
            {t('desk.due', { when: short(event.due_at) })}
          </span>
        )}
        <ActionIcon variant="default" aria-label={t('desk.help')} onClick={onHelp} ml="auto">
          ?
        </ActionIcon>
      </header>
      {event.record === null && (
        <Alert color="orange" variant="outline" p="xs" role="alert">
          {t('desk.missingFiles', {
            state:
              event.record_missing ??
              event.evidence_note ??
              t(`desk.evidence.${event.evidence_state}`, event.evidence_state),
          })}
        </Alert>
      )}
      <Stills event={event} marks={marks} onZoom={onZoom} />
      <Clip event={event} marks={marks} onMarks={onMarks} hand={clip} />
      <NoteForm event={event} />
    </article>
  );
}
