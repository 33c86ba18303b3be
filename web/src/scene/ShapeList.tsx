/** What the scene holds, as a list: choose, name, add, remove; figures for who does not point. */

import { Button, NumberInput, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Point } from '../api/types';
import { RuleFigures } from './RuleFigures';
import {
  addShape,
  change,
  LAMPS,
  removeShape,
  rename,
  rulesOf,
  sameShape,
  withPlaces,
  type Scene,
  type Shape,
  type SignalHead,
  type Zone,
} from './scene';
import classes from './Scene.module.css';

type Props = {
  scene: Scene;
  chosen: Shape | null;
  onChoose: (shape: Shape | null) => void;
  onEdit: (scene: Scene) => void;
};
const KINDS = ['zone', 'line', 'signal', 'calibration'] as const;

export function ShapeList({ scene, chosen, onChoose, onEdit }: Props) {
  const { t } = useTranslation();
  const shapes: { shape: Shape; name: string }[] = [
    ...(scene.zones ?? []).map((z, index) => ({
      shape: { kind: 'zone', index } as Shape,
      name: z.name,
    })),
    ...(scene.lines ?? []).map((l, index) => ({
      shape: { kind: 'line', index } as Shape,
      name: l.name,
    })),
    ...(scene.signals ?? []).map((s, index) => ({
      shape: { kind: 'signal', index } as Shape,
      name: s.name,
    })),
    ...((scene.calibration?.points?.length ?? 0) > 0
      ? [{ shape: { kind: 'calibration', index: 0 } as Shape, name: '' }]
      : []),
  ];
  return (
    <section>
      <h2>{t('scene.shapes')}</h2>
      <div className={classes.adds}>
        {KINDS.map((kind) => (
          <Button
            key={kind}
            size="compact-xs"
            variant="default"
            onClick={() => {
              const made = addShape(scene, kind);
              onEdit(made.scene);
              onChoose(made.shape);
            }}
          >
            + {t(`scene.${kind}`)}
          </Button>
        ))}
      </div>
      <ul className={classes.shapes}>
        {shapes.map(({ shape, name }) => (
          <li
            key={`${shape.kind}${shape.index}`}
            data-chosen={sameShape(shape, chosen) || undefined}
          >
            <button
              type="button"
              aria-pressed={sameShape(shape, chosen)}
              onClick={() => onChoose(sameShape(shape, chosen) ? null : shape)}
            >
              <span className={classes.kind}>{t(`scene.${shape.kind}`)}</span> {name}
            </button>
            {sameShape(shape, chosen) && (
              <Details
                scene={scene}
                shape={shape}
                name={name}
                onChoose={onChoose}
                onEdit={onEdit}
              />
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Details({
  scene,
  shape,
  name,
  onChoose,
  onEdit,
}: Omit<Props, 'chosen'> & { shape: Shape; name: string }) {
  const { t } = useTranslation();
  const needed = rulesOf(scene, shape.kind, name);
  const zone = shape.kind === 'zone' ? scene.zones?.[shape.index] : undefined;
  const signal = shape.kind === 'signal' ? scene.signals?.[shape.index] : undefined;
  return (
    <div className={classes.details}>
      {shape.kind !== 'calibration' && (
        <TextInput
          label={t('scene.name')}
          value={name}
          maxLength={64}
          onChange={(e) => onEdit(rename(scene, shape, e.currentTarget.value))}
        />
      )}
      {needed.length > 0 && <RuleFigures camera={scene.id} rules={needed} />}
      {zone && (
        <Button
          size="compact-xs"
          variant="default"
          onClick={() => onEdit(change(scene, 'zone', shape.index, withHeading))}
        >
          {t(zone.heading ? 'scene.noHeading' : 'scene.heading')}
        </Button>
      )}
      {signal &&
        LAMPS.map((lamp) => (
          <Button
            key={lamp}
            size="compact-xs"
            variant="default"
            onClick={() => onEdit(change(scene, 'signal', shape.index, (s) => withLamp(s, lamp)))}
          >
            {signal.lamps?.[lamp] ? '−' : '+'} {t(`scene.lamps.${lamp}`)}
          </Button>
        ))}
      {shape.kind === 'calibration' && <Places scene={scene} onEdit={onEdit} />}
      <Button
        size="compact-xs"
        variant="default"
        disabled={needed.length > 0}
        title={needed.length > 0 ? t('scene.needed') : undefined}
        onClick={() => {
          onChoose(null);
          onEdit(removeShape(scene, shape));
        }}
      >
        {t('app.delete')}
      </Button>
    </div>
  );
}

function Places({ scene, onEdit }: Pick<Props, 'scene' | 'onEdit'>) {
  const { t } = useTranslation();
  return (
    <ol className={classes.places}>
      {(scene.calibration?.points ?? []).map((place, i) => (
        <li key={i}>
          {([0, 1] as const).map((axis) => (
            <NumberInput
              key={axis}
              size="xs"
              aria-label={t('scene.metres', { number: i + 1, axis: axis === 0 ? 'x' : 'y' })}
              value={place.metres[axis]}
              decimalScale={2}
              suffix=" m"
              hideControls
              onChange={(value) =>
                onEdit(
                  withPlaces(scene, (all) =>
                    all.map((p, n) =>
                      n === i
                        ? { ...p, metres: p.metres.with(axis, Number(value) || 0) as Point }
                        : p,
                    ),
                  ),
                )
              }
            />
          ))}
        </li>
      ))}
    </ol>
  );
}

/** The arrow begins in the middle of the zone. */
function withHeading(zone: Zone): Zone {
  if (zone.heading) {
    const { heading: _, ...rest } = zone;
    return rest;
  }
  const mean = (axis: 0 | 1) =>
    Math.round(zone.polygon.reduce((sum, p) => sum + p[axis], 0) / zone.polygon.length);
  const from: Point = [mean(0), mean(1)];
  return { ...zone, heading: [from, [from[0], Math.max(0, from[1] - 60)]] };
}

/** A lamp is first drawn in its usual third of the head. */
function withLamp(signal: SignalHead, lamp: (typeof LAMPS)[number]): SignalHead {
  const lamps = { ...signal.lamps };
  if (lamps[lamp]) lamps[lamp] = undefined;
  else {
    const [left, top, right, bottom] = signal.box;
    const third = (bottom - top) / 3;
    const from = Math.round(top + third * LAMPS.indexOf(lamp));
    lamps[lamp] = [left, from, right, Math.round(from + third)];
  }
  const { lamps: _, ...rest } = signal;
  return Object.values(lamps).some((box) => box) ? { ...rest, lamps } : rest;
}
