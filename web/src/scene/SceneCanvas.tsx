/** The still with the scene drawn on it. Points are dragged, or moved with arrow keys. */

import { useRef, type KeyboardEvent, type PointerEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { Box, Point } from '../api/types';
import {
  addPoint,
  handlesOf,
  LAMPS,
  movePoint,
  removePoint,
  sameShape,
  type Handle,
  type Scene,
  type Shape,
} from './scene';
import classes from './Scene.module.css';

type Props = {
  scene: Scene;
  still: string | null;
  chosen: Shape | null;
  onChoose: (shape: Shape) => void;
  onEdit: (scene: Scene, whole?: boolean) => void;
};

const list = (points: Point[]) => points.map((p) => p.join(',')).join(' ');
const middle = (points: Point[]): Point => [
  points.reduce((sum, p) => sum + p[0], 0) / (points.length || 1),
  points.reduce((sum, p) => sum + p[1], 0) / (points.length || 1),
];

export function SceneCanvas({ scene, still, chosen, onChoose, onEdit }: Props) {
  const { t } = useTranslation();
  const drawing = useRef<SVGSVGElement>(null);
  const held = useRef<{ id: string; begun: boolean } | null>(null);
  const [width, height] = scene.frame_size;
  const unit = width / 100;

  const pointOf = (e: PointerEvent): Point | null => {
    const matrix = drawing.current?.getScreenCTM();
    if (!matrix) return null;
    const p = new DOMPoint(e.clientX, e.clientY).matrixTransform(matrix.inverse());
    return [p.x, p.y];
  };
  const drag = (e: PointerEvent) => {
    const at = held.current && pointOf(e);
    if (!at || !held.current || !chosen) return;
    onEdit(movePoint(scene, chosen, held.current.id, at), !held.current.begun);
    held.current.begun = true;
  };
  const key = (e: KeyboardEvent, handle: Handle, place: number) => {
    if (!chosen) return;
    const far = e.shiftKey ? 10 : 1;
    const by: Record<string, Point> = {
      ArrowLeft: [-far, 0],
      ArrowRight: [far, 0],
      ArrowUp: [0, -far],
      ArrowDown: [0, far],
    };
    const step = by[e.key];
    if (step)
      onEdit(movePoint(scene, chosen, handle.id, [handle.at[0] + step[0], handle.at[1] + step[1]]));
    else if ((e.key === 'Delete' || e.key === 'Backspace') && handle.removable)
      onEdit(removePoint(scene, chosen, place));
    else if ((e.key === 'Insert' || e.key === 'Enter') && handle.id.startsWith('p:'))
      onEdit(addPoint(scene, chosen, place));
    else return;
    e.preventDefault();
  };
  const handles = chosen ? handlesOf(scene, chosen) : [];
  return (
    <svg
      ref={drawing}
      className={classes.canvas}
      viewBox={`0 0 ${width} ${height}`}
      role="group"
      aria-label={t('scene.canvas')}
      onPointerMove={drag}
      onPointerUp={() => (held.current = null)}
      onPointerLeave={() => (held.current = null)}
    >
      {still && <image href={still} width={width} height={height} preserveAspectRatio="none" />}
      <Drawn scene={scene} chosen={chosen} onChoose={onChoose} unit={unit} />
      {chosen &&
        handles.map((handle, place) => (
          // A point is a control of its own: the arrow keys move it.
          <circle
            key={handle.id}
            className={classes.handle}
            data-handle={handle.id}
            cx={handle.at[0]}
            cy={handle.at[1]}
            r={unit * 0.9}
            role="button"
            tabIndex={0}
            aria-label={t('scene.point', {
              number: place + 1,
              x: handle.at[0],
              y: handle.at[1],
            })}
            onPointerDown={(e) => {
              held.current = { id: handle.id, begun: false };
              e.currentTarget.focus();
              drawing.current?.setPointerCapture(e.pointerId);
            }}
            onDoubleClick={() => {
              if (handle.id.startsWith('p:')) onEdit(addPoint(scene, chosen, place));
            }}
            onKeyDown={(e) => key(e, handle, place)}
          />
        ))}
    </svg>
  );
}

type DrawnProps = Pick<Props, 'scene' | 'chosen' | 'onChoose'> & { unit: number };

function Drawn({ scene, chosen, onChoose, unit }: DrawnProps) {
  const on = (shape: Shape) => ({
    'data-chosen': sameShape(shape, chosen) || undefined,
    onPointerDown: () => onChoose(shape),
  });
  const rect = (box: Box) => ({
    x: Math.min(box[0], box[2]),
    y: Math.min(box[1], box[3]),
    width: Math.abs(box[2] - box[0]),
    height: Math.abs(box[3] - box[1]),
  });
  const label = (text: string, [x, y]: Point) => (
    <text className={classes.label} x={x} y={y} fontSize={unit * 1.9} strokeWidth={unit * 0.35}>
      {text}
    </text>
  );
  return (
    <g aria-hidden="true">
      {(scene.zones ?? []).map((zone, index) => (
        <g key={`z${index}`} className={classes.zone} {...on({ kind: 'zone', index })}>
          <polygon points={list(zone.polygon)} />
          {zone.heading && <Arrow from={zone.heading[0]} to={zone.heading[1]} unit={unit} />}
          {label(zone.name, middle(zone.polygon))}
        </g>
      ))}
      {(scene.lines ?? []).map((line, index) => (
        <g key={`l${index}`} className={classes.line} {...on({ kind: 'line', index })}>
          <polyline points={list(line.points)} />
          <Arrow from={middle(line.points)} to={line.toward} unit={unit} />
          {label(line.name, line.points[0] ?? [0, 0])}
        </g>
      ))}
      {(scene.signals ?? []).map((signal, index) => (
        <g key={`s${index}`} className={classes.signal} {...on({ kind: 'signal', index })}>
          <rect {...rect(signal.box)} />
          {LAMPS.map((lamp) => {
            const box = signal.lamps?.[lamp];
            return box && <rect key={lamp} data-lamp={lamp} {...rect(box)} />;
          })}
          {label(signal.name, [signal.box[2], signal.box[1]])}
        </g>
      ))}
      <g className={classes.place} {...on({ kind: 'calibration', index: 0 })}>
        {(scene.calibration?.points ?? []).map((p, i) => (
          <g key={i}>
            <path
              d={`M${p.pixel[0] - unit} ${p.pixel[1]}h${2 * unit}M${p.pixel[0]} ${p.pixel[1] - unit}v${2 * unit}`}
            />
            {label(`${p.metres.join(' ; ')} m`, [p.pixel[0] + unit, p.pixel[1] - unit])}
          </g>
        ))}
      </g>
    </g>
  );
}

function Arrow({ from, to, unit }: { from: Point; to: Point; unit: number }) {
  const angle = (Math.atan2(to[1] - from[1], to[0] - from[0]) * 180) / Math.PI;
  return (
    <>
      <line className={classes.arrow} x1={from[0]} y1={from[1]} x2={to[0]} y2={to[1]} />
      <path
        className={classes.head}
        d={`M0 0L${-1.6 * unit} ${-0.8 * unit}V${0.8 * unit}Z`}
        transform={`translate(${to[0]} ${to[1]}) rotate(${angle})`}
      />
    </>
  );
}
