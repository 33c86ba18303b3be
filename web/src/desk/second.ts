/** Second looks: somebody else than who decided looks at a decision again. */

import type { EventDetail } from '../api/types';
import { resultOf } from './outbox';

/** The decision that stands. */
export const lastDecision = (event: Pick<EventDetail, 'history'>) =>
  event.history.findLast((d) => resultOf[d.action] !== undefined);

/** Whether this person's look is wanted. */
export function wantsLook(
  event: Pick<EventDetail, 'second_look' | 'history'>,
  person: string,
): boolean {
  return event.second_look === 'wanted' && lastDecision(event)?.by !== person;
}
