/** Keys of the desk: taken from the page, but not from whoever types or works a control. */

import { useEffect, useRef } from 'react';
import { create } from '../api/signal';

const NAME = 'streetward.keys';
function kept(): boolean {
  try {
    return localStorage.getItem(NAME) !== 'off';
  } catch {
    return true;
  }
}

/** Whether single keys do something (WCAG 2.1.4: they can be turned off). */
export const keysOn = create(kept());
export function setKeysOn(on: boolean): void {
  keysOn.set(on);
  try {
    localStorage.setItem(NAME, on ? 'on' : 'off');
  } catch {
    // Then it holds until the page is closed.
  }
}

const TYPING = 'input:not([type=range]):not([type=checkbox]), textarea, select, [contenteditable]';
const DIALOG = '[role=dialog], [role=menu], [role=listbox]:not([tabindex="0"])';
const CONTROL = 'a, button, summary, input, [role=menuitem]';

/** Whether a key pressed there is the desk's. */
export function isOurs(target: Element | null, key: string): boolean {
  if (!target) return true;
  if (target.closest(TYPING) || target.closest(DIALOG)) return false;
  if ((key === 'Enter' || key === ' ') && target.closest(CONTROL)) return false;
  return !(key.startsWith('Arrow') && target.closest('input[type=range]'));
}

export function useKeys(act: (key: string) => boolean): void {
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  useEffect(() => {
    const pressed = (e: KeyboardEvent) => {
      if (e.ctrlKey || e.metaKey || e.altKey || e.defaultPrevented || !keysOn.get()) return;
      const target = e.target instanceof Element ? e.target : null;
      if (!isOurs(target, e.key) || document.querySelector('[role=dialog][aria-modal=true]'))
        return;
      if (latest.current(e.key)) e.preventDefault();
    };
    window.addEventListener('keydown', pressed);
    return () => window.removeEventListener('keydown', pressed);
  }, []);
}
