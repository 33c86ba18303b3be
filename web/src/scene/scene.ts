/** A camera's scene as its file holds it: points in pixels of `frame_size`. */

import type { Box, Point } from '../api/types';

export type Zone = { name: string; polygon: Point[]; heading?: [Point, Point] };
export type Line = { name: string; points: Point[]; toward: Point };
export const LAMPS = ['red', 'amber', 'green'] as const;
export type Lamp = (typeof LAMPS)[number];
export type SignalHead = { name: string; box: Box; lamps?: Partial<Record<Lamp, Box>> };
export type Place = { pixel: Point; metres: Point };
export type Rule = {
  kind: string;
  zone?: string;
  line?: string;
  exit_line?: string;
  signal?: string;
};
/** What this editor does not draw is kept as it came. */
export type Scene = Record<string, unknown> & {
  id: string;
  name: string;
  frame_size: Point;
  zones?: Zone[];
  lines?: Line[];
  signals?: SignalHead[];
  calibration?: Record<string, unknown> & { points?: Place[] };
  rules?: Rule[];
};

/** One thing that can be chosen and moved. */
export type Shape =
  { kind: 'zone' | 'line' | 'signal'; index: number } | { kind: 'calibration'; index: 0 };
/** A point that can be taken hold of; `removable`: it is one of a list. */
export type Handle = { id: string; at: Point; removable: boolean };

export const sameShape = (a: Shape | null, b: Shape | null): boolean =>
  a?.kind === b?.kind && a?.index === b?.index;

const corners = (id: string, [left, top, right, bottom]: Box): Handle[] => [
  { id: `${id}:0`, at: [left, top], removable: false },
  { id: `${id}:1`, at: [right, bottom], removable: false },
];

/** The points of a shape, in order. */
export function handlesOf(scene: Scene, shape: Shape): Handle[] {
  const listed = (points: Point[], least: number): Handle[] =>
    points.map((at, i) => ({ id: `p:${i}`, at, removable: points.length > least }));
  switch (shape.kind) {
    case 'zone': {
      const zone = scene.zones?.[shape.index];
      if (!zone) return [];
      const arrow = (zone.heading ?? []).map((at, i) => ({ id: `h:${i}`, at, removable: false }));
      return [...listed(zone.polygon, 3), ...arrow];
    }
    case 'line': {
      const line = scene.lines?.[shape.index];
      if (!line) return [];
      return [...listed(line.points, 2), { id: 't:0', at: line.toward, removable: false }];
    }
    case 'signal': {
      const signal = scene.signals?.[shape.index];
      if (!signal) return [];
      const lamps = LAMPS.flatMap((lamp) => {
        const box = signal.lamps?.[lamp];
        return box ? corners(lamp, box) : [];
      });
      return [...corners('b', signal.box), ...lamps];
    }
    case 'calibration':
      return listed(
        (scene.calibration?.points ?? []).map((p) => p.pixel),
        4,
      );
  }
}

const replaced = <T>(list: T[], index: number, change: (old: T) => T): T[] =>
  list.map((old, i) => (i === index ? change(old) : old));

function boxed(box: Box, corner: number, [x, y]: Point): Box {
  return corner === 0 ? [x, y, box[2], box[3]] : [box[0], box[1], x, y];
}

/** The scene with one point elsewhere; it stays within the picture, on whole pixels. */
export function movePoint(scene: Scene, shape: Shape, handle: string, to: Point): Scene {
  const [width, height] = scene.frame_size;
  const at: Point = [
    Math.round(Math.min(Math.max(to[0], 0), width)),
    Math.round(Math.min(Math.max(to[1], 0), height)),
  ];
  const [part = '', place = '0'] = handle.split(':');
  const n = Number(place);
  switch (shape.kind) {
    case 'zone':
      return change(scene, 'zone', shape.index, (zone) =>
        part === 'h' && zone.heading
          ? { ...zone, heading: replaced(zone.heading, n, () => at) as [Point, Point] }
          : { ...zone, polygon: replaced(zone.polygon, n, () => at) },
      );
    case 'line':
      return change(scene, 'line', shape.index, (line) =>
        part === 't'
          ? { ...line, toward: at }
          : { ...line, points: replaced(line.points, n, () => at) },
      );
    case 'signal':
      return change(scene, 'signal', shape.index, (signal) => {
        if (part === 'b') return { ...signal, box: boxed(signal.box, n, at) };
        const lamp = part as Lamp;
        const box = signal.lamps?.[lamp];
        return box ? { ...signal, lamps: { ...signal.lamps, [lamp]: boxed(box, n, at) } } : signal;
      });
    case 'calibration':
      return withPlaces(scene, (places) => replaced(places, n, (p) => ({ ...p, pixel: at })));
  }
}

type Of = { zone: Zone; line: Line; signal: SignalHead };
const LISTS = { zone: 'zones', line: 'lines', signal: 'signals' } as const;

/** The scene with one zone, line or signal changed. */
export function change<K extends keyof Of>(
  scene: Scene,
  kind: K,
  index: number,
  how: (old: Of[K]) => Of[K],
): Scene {
  const list = LISTS[kind];
  return { ...scene, [list]: replaced((scene[list] ?? []) as Of[K][], index, how) };
}

export function withPlaces(scene: Scene, how: (places: Place[]) => Place[]): Scene {
  const points = how(scene.calibration?.points ?? []);
  return { ...scene, calibration: { ...scene.calibration, points } };
}

/** A new corner half-way to the next one; of a line's last point, a little further on. */
export function addPoint(scene: Scene, shape: Shape, after: number): Scene {
  const put = (points: Point[], closed: boolean): Point[] => {
    const a = points[after];
    const b = points[after + 1] ?? (closed ? points[0] : points[after - 1]);
    if (!a || !b) return points;
    const back = !closed && after === points.length - 1 ? -0.5 : 0.5;
    const middle: Point = [
      Math.round(a[0] + (b[0] - a[0]) * back),
      Math.round(a[1] + (b[1] - a[1]) * back),
    ];
    return points.toSpliced(after + 1, 0, middle);
  };
  if (shape.kind === 'zone')
    return change(scene, 'zone', shape.index, (z) => ({ ...z, polygon: put(z.polygon, true) }));
  if (shape.kind === 'line')
    return change(scene, 'line', shape.index, (l) => ({ ...l, points: put(l.points, false) }));
  return scene;
}

export function removePoint(scene: Scene, shape: Shape, index: number): Scene {
  if (shape.kind === 'zone')
    return change(scene, 'zone', shape.index, (z) =>
      z.polygon.length > 3 ? { ...z, polygon: z.polygon.toSpliced(index, 1) } : z,
    );
  if (shape.kind === 'line')
    return change(scene, 'line', shape.index, (l) =>
      l.points.length > 2 ? { ...l, points: l.points.toSpliced(index, 1) } : l,
    );
  if (shape.kind === 'calibration')
    return withPlaces(scene, (p) => (p.length > 4 ? p.toSpliced(index, 1) : p));
  return scene;
}

/** Another name, and the rules that speak of it with it. */
export function rename(scene: Scene, shape: Shape, name: string): Scene {
  if (shape.kind === 'calibration') return scene;
  const old = (scene[LISTS[shape.kind]] as { name: string }[] | undefined)?.[shape.index]?.name;
  const keys = { zone: ['zone'], line: ['line', 'exit_line'], signal: ['signal'] }[shape.kind];
  const rules = (scene.rules ?? []).map((rule) => {
    const next: Record<string, unknown> = { ...rule };
    for (const key of keys) if (next[key] === old) next[key] = name;
    return next as Rule;
  });
  return {
    ...change(scene, shape.kind, shape.index, (s) => ({ ...s, name })),
    ...(scene.rules ? { rules } : {}),
  };
}

/** The rules that need a shape. */
export function rulesOf(scene: Scene, kind: Shape['kind'], name: string): Rule[] {
  return (scene.rules ?? []).filter((rule) =>
    kind === 'zone'
      ? rule.zone === name
      : kind === 'line'
        ? rule.line === name || rule.exit_line === name
        : kind === 'signal' && rule.signal === name,
  );
}

/** A new one in the middle of the picture, under a name that is free. */
export function addShape(scene: Scene, kind: Shape['kind']): { scene: Scene; shape: Shape } {
  const [width, height] = scene.frame_size;
  const at = (x: number, y: number): Point => [Math.round(width * x), Math.round(height * y)];
  const free = (stem: string, taken: { name: string }[]): string => {
    let n = taken.length + 1;
    while (taken.some((t) => t.name === `${stem}_${n}`)) n += 1;
    return `${stem}_${n}`;
  };
  if (kind === 'calibration') {
    const places = scene.calibration?.points ?? [];
    const fresh: Place[] =
      places.length > 0
        ? [{ pixel: at(0.5, 0.5), metres: [0, 0] }]
        : [
            { pixel: at(0.35, 0.65), metres: [0, 0] },
            { pixel: at(0.65, 0.65), metres: [5, 0] },
            { pixel: at(0.6, 0.45), metres: [5, 10] },
            { pixel: at(0.4, 0.45), metres: [0, 10] },
          ];
    return { scene: withPlaces(scene, (p) => [...p, ...fresh]), shape: { kind, index: 0 } };
  }
  const list = (scene[LISTS[kind]] ?? []) as { name: string }[];
  const name = free(kind, list);
  const made = {
    zone: { name, polygon: [at(0.4, 0.4), at(0.6, 0.4), at(0.6, 0.6), at(0.4, 0.6)] },
    line: { name, points: [at(0.35, 0.55), at(0.65, 0.55)], toward: at(0.5, 0.4) },
    signal: { name, box: [...at(0.48, 0.1), ...at(0.52, 0.22)] },
  }[kind];
  return {
    scene: { ...scene, [LISTS[kind]]: [...list, made] },
    shape: { kind, index: list.length },
  };
}

export function removeShape(scene: Scene, shape: Shape): Scene {
  if (shape.kind === 'calibration') {
    const { calibration: _, ...rest } = scene;
    return rest as Scene;
  }
  const list = LISTS[shape.kind];
  return { ...scene, [list]: ((scene[list] ?? []) as unknown[]).toSpliced(shape.index, 1) };
}
