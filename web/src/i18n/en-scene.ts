/** Words of the scene editor. */

import type { viScene } from './vi-scene';

export const enScene: typeof viScene = {
  scene: {
    edit: 'Draw zones and lines',
    title: 'Zones, lines and signals',
    canvas: 'Drawing on the camera’s still',
    point: 'Point {{number}}: across {{x}}, down {{y}}',
    hint: 'Choose a shape and drag its points. Keyboard: Tab to a point, arrow keys move it (Shift: 10 pixels), Enter adds a point, Delete removes it.',
    shapes: 'Shapes',
    zone: 'Zone',
    line: 'Line',
    signal: 'Signal',
    calibration: 'Calibration',
    name: 'Name',
    usedBy: 'Used by:',
    needed: 'A rule uses this shape, so it cannot be deleted.',
    heading: 'Add the allowed direction',
    noHeading: 'Remove the allowed direction',
    lamps: { red: 'red lamp', amber: 'amber lamp', green: 'green lamp' },
    metres: 'Point {{number}}, metres along {{axis}}',
    undo: 'Undo',
    redo: 'Redo',
    checking: 'Checking…',
    sound: 'The scene is valid.',
    preview: 'What would have happened?',
    previewHint:
      'Judges stored observations again with the scene as drawn. Nothing is changed yet.',
    try: 'Try it',
    outcome:
      '{{from}} to {{to}}: {{kept}} kept, {{gained}} gained, {{lost}} lost, {{changed}} changed.',
    gained: 'Gained',
    lost: 'Lost',
    changed: 'Changed',
    why: 'Why it is changed (required)',
    taken:
      'Not saved: somebody else changed the scene while you drew. Open the page again to see the new one.',
    versions: 'Versions',
    current: 'In use',
    restore: 'Go back to it',
    restoreOf: 'Go back to version {{version}}',
  },
  precision: {
    title: 'Precision by rule (last 30 days)',
    rule: 'Rule',
    share: 'Precision',
    of: 'Confirmed / dismissed / cannot tell',
    reasons: 'Why dismissed',
    few: 'too few yet',
    counts: '({{confirmed}} confirmed, {{dismissed}} dismissed)',
  },
};
