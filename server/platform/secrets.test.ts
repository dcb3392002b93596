import { expect, test } from 'vitest';
import { createSecrets } from './secrets.ts';

const secret = 'a secret of more than thirty-two characters';

test('what was sealed opens with the same secret alone', () => {
  const sealed = createSecrets(secret).seal('päss wörd');
  expect(createSecrets(secret).open(sealed)).toBe('päss wörd');
  expect(() => createSecrets(`${secret}!`).open(sealed)).toThrow('cannot be opened');
  expect(sealed.includes('rd')).toBe(false);
});

test('every changed bit is noticed, the version included', () => {
  const secrets = createSecrets(secret);
  const sealed = secrets.seal('x');
  for (let i = 0; i < sealed.length; i++) {
    const changed = Buffer.from(sealed);
    changed[i]! ^= 1;
    expect(() => secrets.open(changed), `byte ${i}`).toThrow();
  }
  expect(() => secrets.open(sealed.subarray(0, 20))).toThrow('form');
});

test('the empty text, and the same text twice', () => {
  const secrets = createSecrets(secret);
  expect(secrets.open(secrets.seal(''))).toBe('');
  expect(secrets.seal('same').equals(secrets.seal('same'))).toBe(false);
});
