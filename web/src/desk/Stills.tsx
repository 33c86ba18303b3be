/** The three stills side by side; each opens large. */

import { Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fileOf } from '../api/events';
import type { EventDetail } from '../api/types';
import { useTimes } from '../shell/say';
import { Marks } from './Marks';
import classes from './Evidence.module.css';

export const STILLS = ['before', 'moment', 'after'] as const;
export type StillName = (typeof STILLS)[number];

/** The picture to show: the marked one of the moment, where marks are wanted and it was made. */
export function pictureOf(event: EventDetail, name: StillName, marks: boolean): string | null {
  const stills = event.record?.stills;
  if (marks && name === 'moment' && stills?.marked) return stills.marked;
  return stills?.[name]?.file ?? null;
}

type Props = { event: EventDetail; marks: boolean; onZoom: (name: StillName) => void };

export function Stills({ event, marks, onZoom }: Props) {
  const { t } = useTranslation();
  return (
    <section aria-label={t('desk.stills')} className={classes.stills}>
      {STILLS.map((name) => (
        <Still key={`${event.id}/${name}`} event={event} name={name} marks={marks} onZoom={onZoom} />
      ))}
    </section>
  );
}

function Still({ event, name, marks, onZoom }: Props & { name: StillName }) {
  const { t } = useTranslation();
  const { time } = useTimes();
  const [broken, setBroken] = useState(false);
  const file = pictureOf(event, name, marks);
  const taken = event.record?.stills[name]?.time;
  const drawn = marks && event.record && taken && file !== event.record.stills.marked;
  const [width, height] = event.record?.frame_size ?? [16, 9];
  return (
    <figure className={classes.still} data-moment={name === 'moment' || undefined}>
      <figcaption>
        <strong>{t(`desk.${name}`)}</strong>
        <span className="num">{time(taken?.utc)}</span>
      </figcaption>
      {file && !broken ? (
        <button
          type="button"
          className={classes.open}
          style={{ aspectRatio: `${width} / ${height}` }}
          aria-label={t('desk.zoomIn', { name: t(`desk.${name}`) })}
          onClick={() => onZoom(name)}
        >
          <img src={fileOf(event.id, file)} alt="" onError={() => setBroken(true)} />
          {drawn && event.record && <Marks record={event.record} at={taken.media_seconds} />}
        </button>
      ) : (
        <div className={classes.missing} style={{ aspectRatio: `${width} / ${height}` }}>
          <Text size="xs">{t(broken ? 'desk.stillMissing' : 'desk.noStill')}</Text>
        </div>
      )}
    </figure>
  );
}
