import { createHash, createHmac } from 'node:crypto';
import type { Value } from '../../core/index.ts';
import { toText } from '../print.ts';
import type { Run } from '../run.ts';
import { filter, type Named } from './filter.ts';

function bytes(value: Value, run: Run): Buffer {
  const text = String(toText(value, run));
  run.budget.use(text.length);
  return Buffer.from(text.toWellFormed(), 'utf8');
}

function hash(name: string, algorithm: string): Named {
  return filter(name, 0, 0, (value, _args, run) => createHash(algorithm).update(bytes(value, run)).digest('hex'));
}

function hmac(name: string, algorithm: string, encoding: 'hex' | 'base64' = 'hex'): Named {
  return filter(name, 1, 1, (value, [key], run) =>
    createHmac(algorithm, bytes(key, run)).update(bytes(value, run)).digest(encoding),
  );
}

/** Digests of texts, in hex. */
export const digestFilters: Named[] = [
  hash('md5', 'md5'),
  hash('sha1', 'sha1'),
  hash('sha256', 'sha256'),
  hash('sha512', 'sha512'),
  hmac('hmac_sha1', 'sha1'),
  hmac('hmac_sha256', 'sha256'),
  hmac('hmac_sha512', 'sha512'),
];
