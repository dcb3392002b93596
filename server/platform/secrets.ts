import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** Seals secrets for the database and opens them again. */
export interface Secrets {
  /** Encrypts text. Sealing the same text twice gives different bytes. */
  seal(plain: string): Buffer;
  /** The text again. Throws when the bytes were made with another secret, or changed. */
  open(sealed: Buffer): string;
  /** Another secret, of 64 hex digits, for a purpose: the same every time, and telling nothing of this one. */
  derive(purpose: string): string;
}

const VERSION = 1;
const NONCE = 12;
const TAG = 16;

/**
 * AES-256-GCM (NIST SP 800-38D) under a key derived with HKDF-SHA-256 from `secret`. Sealed bytes are: a version byte,
 * so that another key or cipher can follow, 12 random bytes, the ciphertext, a tag of 16 bytes. The version is
 * authenticated too. Fails closed: what doesn't authenticate is never returned.
 */
export function createSecrets(secret: string): Secrets {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'handoff sealed secrets 1', 32));
  const head = Buffer.from([VERSION]);
  return {
    derive: (purpose) => Buffer.from(hkdfSync('sha256', secret, '', `handoff ${purpose}`, 32)).toString('hex'),
    seal(plain) {
      const nonce = randomBytes(NONCE);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(head);
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return Buffer.concat([head, nonce, body, cipher.getAuthTag()]);
    },
    open(sealed) {
      if (sealed.length < 1 + NONCE + TAG || sealed[0] !== VERSION) {
        throw new Error('A stored secret has a form that this version of Handoff does not know.');
      }
      const nonce = sealed.subarray(1, 1 + NONCE);
      const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG }).setAAD(head);
      decipher.setAuthTag(sealed.subarray(-TAG));
      try {
        const body = sealed.subarray(1 + NONCE, -TAG);
        return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
      } catch {
        throw new Error(
          'A stored secret cannot be opened: the secret of this installation is not the one it was sealed with.',
        );
      }
    },
  };
}
