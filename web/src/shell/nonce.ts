/** The word by which the content security policy lets styles in; the server put it into the page. */

import { setNonce } from 'get-nonce';

export function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
}

/** Tells it to the libraries that make style elements by themselves. */
export function shareNonce(): void {
  setNonce(styleNonce());
}
