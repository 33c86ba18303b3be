import { describe, expect, it } from 'vitest';
import {
  addPoint,
  addShape,
  handlesOf,
  movePoint,
  removePoint,
  removeShape,
  rename,
  rulesOf,
  type Scene,
} from './scene';

const scene: Scene = {
  id: 'c1',
  name: 'Ngã tư',
  frame_size: [640, 480],
  detector: { min_score: 0.4 },
  zones: [
    {
      name: 'grass',
      polygon: [
        [0, 0],
        [100, 0],
        [100, 100],
      ],
    },
  ],
  lines: [
    {
      name: 'stop',
      points: [
        [0, 0],
        [10, 0],
      ],
      toward: [5, 20],
    },
  ],
  rules: [
    { kind: 'restricted_area', zone: 'grass' },
    { kind: 'red_light', line: 'stop', exit_line: 'stop' },
  ],
};
const zone = { kind: 'zone', index: 0 } as const;
const line = { kind: 'line', index: 0 } as const;

describe('scene', () => {
  it('a moved point stays within the picture, on whole pixels, and the rest stays', () => {
    const moved = movePoint(scene, zone, 'p:1', [900.6, 10.4]);
    expect(moved.zones?.[0]?.polygon).toEqual([
      [0, 0],
      [640, 10],
      [100, 100],
    ]);
    expect(moved.detector).toBe(scene.detector);
    expect(scene.zones?.[0]?.polygon[1]).toEqual([100, 0]);
    expect(movePoint(scene, line, 't:0', [-4, 3]).lines?.[0]?.toward).toEqual([0, 3]);
  });
  it('every point that is shown can be moved', () => {
    let all = scene;
    for (const kind of ['zone', 'line', 'signal', 'calibration'] as const) {
      const made = addShape(all, kind);
      all = made.scene;
      for (const handle of handlesOf(all, made.shape)) {
        const moved = movePoint(all, made.shape, handle.id, [7, 9]);
        expect(handlesOf(moved, made.shape).find((h) => h.id === handle.id)?.at).toEqual([7, 9]);
      }
    }
  });
  it('corners come and go, but a zone keeps three and a line two', () => {
    const more = addPoint(scene, zone, 2);
    expect(more.zones?.[0]?.polygon).toHaveLength(4);
    expect(more.zones?.[0]?.polygon[3]).toEqual([50, 50]);
    expect(removePoint(more, zone, 3)).toEqual(scene);
    expect(removePoint(scene, zone, 0)).toEqual(scene);
    expect(removePoint(scene, line, 0)).toEqual(scene);
  });
  it('a new name is followed by the rules', () => {
    const named = rename(rename(scene, zone, 'lawn'), line, 'stop_1');
    expect(named.rules).toEqual([
      { kind: 'restricted_area', zone: 'lawn' },
      { kind: 'red_light', line: 'stop_1', exit_line: 'stop_1' },
    ]);
    expect(rulesOf(named, 'zone', 'lawn')).toHaveLength(1);
  });
  it('new names are free ones', () => {
    const once = addShape(scene, 'zone').scene;
    const twice = addShape(once, 'zone').scene;
    expect(new Set(twice.zones?.map((z) => z.name)).size).toBe(3);
    expect(removeShape(once, { kind: 'zone', index: 1 }).zones).toEqual(scene.zones);
  });
});
