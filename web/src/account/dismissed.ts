/** Notices that were read: until the tab is closed, not for good. Whoever signs in elsewhere, or anew,
 * is told again. */

import type { ResetNotice } from '../api/types';

const keyOf = (user: string, notice: ResetNotice) => `notice:${user}:${notice.user}:${notice.at}`;

export const isDismissed = (user: string, notice: ResetNotice): boolean =>
  sessionStorage.getItem(keyOf(user, notice)) !== null;

export const dismiss = (user: string, notice: ResetNotice): void =>
  sessionStorage.setItem(keyOf(user, notice), '1');

/** Forgets what was read: somebody signs in. */
export function forgetDismissed(): void {
  for (const key of Object.keys(sessionStorage))
    if (key.startsWith('notice:')) sessionStorage.removeItem(key);
}
