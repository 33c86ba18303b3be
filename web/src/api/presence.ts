/** Whether somebody is at the page. What a page asks by itself is no use of the session, so that one
 * that is left open ends as it should. */

/** Whoever touched nothing for so long is not there; milliseconds. */
const HERE = 60_000;
const SIGNS = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'] as const;

let touched = Date.now();

export function touch(now: number = Date.now()): void {
  touched = now;
}

export const isHere = (now: number = Date.now()): boolean => now - touched < HERE;

/** Notices keys, clicks and moves; for as long as the page is there. */
export function watchPresence(page: Pick<Window, 'addEventListener'>): void {
  for (const sign of SIGNS)
    page.addEventListener(sign, () => touch(), { capture: true, passive: true });
}

/** What a question bears that the page asks by itself. */
export const background = (now: number = Date.now()): Record<string, string> =>
  isHere(now) ? {} : { 'X-Background': '1' };
