/** Zone, line and the subject's path over a picture, in pixels of the record's `frame_size`. */

import type { Box, EventRecord } from '../api/types';
import classes from './Evidence.module.css';

type Props = {
  record: EventRecord;
  /** Media seconds; the subject's box is drawn where it was then. */
  at: number;
  zone?: boolean;
};

/** Where the subject was at a time: between the two sightings around it; none outside them. */
export function boxAt(path: { media_seconds: number; box: Box }[], at: number): Box | null {
  const SLACK = 0.6;
  const after = path.findIndex((p) => p.media_seconds >= at);
  const next = path[after === -1 ? path.length - 1 : after];
  const last = path[after === -1 ? path.length - 1 : Math.max(0, after - 1)];
  if (!next || !last) return null;
  const span = next.media_seconds - last.media_seconds;
  if (span <= 0) return Math.abs(next.media_seconds - at) <= SLACK ? next.box : null;
  const share = (at - last.media_seconds) / span;
  return last.box.map((v, i) => v + ((next.box[i] ?? v) - v) * share) as Box;
}

/** The point on the ground: the middle of the box's lower edge. */
const foot = ([left, , right, bottom]: Box) => `${(left + right) / 2},${bottom}`;
const points = (list: [number, number][]) => list.map((p) => p.join(',')).join(' ');

export function Marks({ record, at, zone = true }: Props) {
  const [width, height] = record.frame_size;
  return (
    <svg className={classes.marks} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      {zone && record.zone?.polygon && (
        <polygon className={classes.zone} points={points(record.zone.polygon)} />
      )}
      {record.line && <polyline className={classes.line} points={points(record.line.points)} />}
      {record.subjects.map((subject, i) => {
        const box = boxAt(subject.path, at);
        return (
          <g key={i}>
            <polyline
              className={classes.path}
              points={subject.path.map((p) => foot(p.box)).join(' ')}
            />
            {box && (
              <rect
                className={classes.box}
                x={box[0]}
                y={box[1]}
                width={Math.max(0, box[2] - box[0])}
                height={Math.max(0, box[3] - box[1])}
              />
            )}
          </g>
        );
      })}
    </svg>
  );
}
