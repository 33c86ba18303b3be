/** Verifies Ed25519 signatures where the browser's own cryptography does not know them: bundled by itself
 * (vite.pack.config.ts) for the page that goes with every evidence pack. */

import { verifyAsync } from '@noble/ed25519';

/** Whether `signature` over `message` is by `key`, as RFC 8032 has it; never fails. */
export async function holds(
  signature: Uint8Array,
  message: Uint8Array,
  key: Uint8Array,
): Promise<boolean> {
  try {
    return await verifyAsync(signature, message, key, { zip215: false });
  } catch {
    return false;
  }
}
