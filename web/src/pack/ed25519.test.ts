import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { holds } from './ed25519';

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));

describe('a signature', () => {
  it('of RFC 8032 holds, and does not over anything else', async () => {
    // RFC 8032, 7.1, test 2.
    const key = bytes('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c');
    const made = bytes(
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da' +
        '085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    );
    expect(await holds(made, bytes('72'), key)).toBe(true);
    expect(await holds(made, bytes('73'), key)).toBe(false);
    expect(await holds(made.slice(1), bytes('72'), key)).toBe(false);
    expect(await holds(made, bytes('72'), key.slice(1))).toBe(false);
  });

  it('made by another program holds', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
    const message = new TextEncoder().encode('gói chứng cứ'.repeat(1000));
    const made = sign(null, message, privateKey);
    expect(await holds(new Uint8Array(made), message, new Uint8Array(raw))).toBe(true);
  });
});
