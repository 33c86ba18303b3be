/** Zone, line and the subject's path over a picture, in pixels of the record's `frame_size`. */

import type { Box, EventRecord } from '../api/types';
import { boxAt } from './track';
import classes from './Evidence.module.css';

type Props = {
  record: EventRecord;
  /** Media seconds; the subject's box is drawn where it was then. */
  at: number;
  zone?: boolean;
};

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
