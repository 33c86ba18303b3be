/** Words of evidence that is kept for a case. */

import type { viHolds } from './vi-holds';

export const enHolds: typeof viHolds = {
  mark: 'Held as evidence',
  title: 'Holding as evidence',
  all: 'Evidence that is held',
  intro:
    'The evidence of these events is kept for a case: it is not removed when its term is over, nor when the disk is full.',
  none: 'No evidence is held now.',
  cut: 'Only the latest {{count}} are shown; older ones are found with their events.',
  keep: 'Hold as evidence',
  reason: 'Reason, number of the file',
  reasonHint: 'For example: file 12/2026, police of ward 1.',
  until: 'Until the end of',
  untilHint: 'Empty: until it is released.',
  untilDay: 'until the end of {{when}}',
  untilLifted: 'until it is released',
  by: 'asked by {{who}} at {{when}}',
  lift: 'Release',
  liftWhy: 'Why it is released',
};
