/** The event that is looked at: what it is, its stills and its clip. */

import { ActionIcon } from '@mantine/core';
import type { Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../api/me';
import type { EventDetail } from '../api/types';
import { HoldMark, HoldPart } from '../holds/HoldPart';
import { useSay, useTimes } from '../shell/say';
import { Clip, type ClipHand } from './Clip';
import { DueMark } from './DueMark';
import { FileTrouble } from './Files';
import { NoteForm } from './NoteForm';
import { ResultPart } from './ResultForm';
import { Stills, type StillName } from './Stills';
import type { NoteHand } from './useNote';
import type { PlateHand } from './usePlate';
import classes from './Desk.module.css';

type Props = {
  event: EventDetail;
  marks: boolean;
  onMarks: (on: boolean) => void;
  onZoom: (name: StillName) => void;
  onHelp: () => void;
  note: NoteHand;
  /** None once it is decided. */
  plate: PlateHand | null;
  clip: Ref<ClipHand>;
};

export function EventView({ event, marks, onMarks, onZoom, onHelp, note, plate, clip }: Props) {
  const { t } = useTranslation();
  const say = useSay();
  const { time } = useTimes();
  const me = useMe();
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
        <DueMark row={event} full />
        <HoldMark event={event} />
        {event.assignee && event.assignee !== me.id && (
          <span className={classes.other}>
            {t('assign.other', { who: event.assignee_name ?? event.assignee })}
          </span>
        )}
        <ActionIcon
          variant="default"
          className={classes.help}
          aria-label={t('desk.help')}
          onClick={onHelp}
          ml="auto"
        >
          ?
        </ActionIcon>
      </header>
      <FileTrouble event={event} />
      <Stills event={event} marks={marks} onZoom={onZoom} />
      <Clip event={event} marks={marks} onMarks={onMarks} hand={clip} />
      <NoteForm event={event} note={note} plate={plate} />
      <ResultPart event={event} />
      <HoldPart event={event} />
    </article>
  );
}
