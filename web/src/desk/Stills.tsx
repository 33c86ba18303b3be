/** The three stills side by side; each opens large. */

import { Text } from '@mantine/core';
import { useState } from 'react';
import { returned } from '../api/away';
import { useSignal } from '../api/signal';
import { useTranslation } from 'react-i18next';
import { fileOf } from '../api/events';
import type { EventDetail } from '../api/types';
import { useTimes } from '../shell/say';
import { stateOf } from './fileState';
import { Marks } from './Marks';
import classes from './Evidence.module.css';

export const STILLS = ['before', 'moment', 'after'] as const;
export type StillName = (typeof STILLS)[number];

/** The picture as it was taken. */
export function pictureOf(event: EventDetail, name: StillName): string | null {
  return event.record?.stills[name]?.file ?? null;
}

/** What is shown large: of the moment the sealed marked picture, where marks are wanted. */
export function largeOf(event: EventDetail, name: StillName, marks: boolean): string | null {
  return (marks && name === 'moment' && event.record?.stills.marked) || pictureOf(event, name);
}

type Props = { event: EventDetail; marks: boolean; onZoom: (name: StillName) => void };

export function Stills({ event, marks, onZoom }: Props) {
  const { t } = useTranslation();
  // What could not be fetched while the server was away is fetched when it is back.
  const times = useSignal(returned);
  return (
    <section aria-label={t('desk.stills')} className={classes.stills}>
      {STILLS.map((name) => (
        <Still
          key={`${event.id}/${name}/${times}`}
          event={event}
          name={name}
          marks={marks}
          onZoom={onZoom}
        />
      ))}
    </section>
  );
}

function Still({ event, name, marks, onZoom }: Props & { name: StillName }) {
  const { t } = useTranslation();
  const { time } = useTimes();
  const [broken, setBroken] = useState(false);
  const file = pictureOf(event, name);
  const state = stateOf(event, file);
  const taken = event.record?.stills[name]?.time;
  const drawn = marks && event.record && taken;
  const [width, height] = event.record?.frame_size ?? [16, 9];
  const large = t('desk.zoomIn', { name: t(`desk.${name}`) });
  const altered = state === 'altered' && t('files.altered');
  return (
    <figure className={classes.still} data-moment={name === 'moment' || undefined}>
      <figcaption>
        <strong>{t(`desk.${name}`)}</strong>
        <span className="num">{time(taken?.utc)}</span>
      </figcaption>
      {file && !broken && state !== 'missing' ? (
        <button
          type="button"
          className={classes.open}
          style={{ aspectRatio: `${width} / ${height}` }}
          // What is written over the picture is part of its name: who cannot see it is told.
          aria-label={altered ? `${large}, ${altered}` : large}
          onClick={() => onZoom(name)}
        >
          <img src={fileOf(event.id, file)} alt="" onError={() => setBroken(true)} />
          {altered && <span className={classes.altered}>{altered}</span>}
          {drawn && event.record && <Marks record={event.record} at={taken.media_seconds} />}
        </button>
      ) : (
        <div className={classes.missing} style={{ aspectRatio: `${width} / ${height}` }}>
          <Text size="xs">
            {t(
              state === 'missing'
                ? 'files.missingOne'
                : state === 'altered'
                  ? 'files.alteredOne'
                  : broken
                    ? 'desk.stillMissing'
                    : 'desk.noStill',
            )}
          </Text>
        </div>
      )}
    </figure>
  );
}
