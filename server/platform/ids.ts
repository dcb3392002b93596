import { randomFillSync } from 'node:crypto';

/** Prefixes that ids carry outside the system, by what they name. Inside, an id is a bare UUIDv7 string. */
export const PREFIX = {
  workspace: 'wsp',
  profile: 'prf',
  event: 'evt',
  scenario: 'scn',
  enrollment: 'enr',
  webhook: 'whk',
  delivery: 'dlv',
  request: 'req',
  attempt: 'att',
  apiKey: 'key',
  member: 'mbr',
  link: 'lnk',
  audit: 'aud',
  signingKey: 'sgk',
  credential: 'crd',
  rejection: 'rej',
  fact: 'fct',
  process: 'prc',
  inspector: 'ins',
  arrival: 'arr',
  policy: 'pol',
  originChange: 'orc',
  run: 'run',
  resend: 'rsd',
  notice: 'ntc',
  noticeWord: 'ntw',
} as const;
export type IdKind = keyof typeof PREFIX;

const POOL = Buffer.alloc(16_384);
let used = POOL.length;
// The two digits of a byte, as one number of two bytes.
const DIGITS = Uint16Array.from({ length: 256 }, (_, i) => Buffer.from(i.toString(16).padStart(2, '0')).readUInt16BE());
// Where the bytes of an id stand in its text.
const PLACES = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
const TEXT = Buffer.from('00000000-0000-0000-0000-000000000000');

let lastMs = 0;
let counter = 0;

/**
 * A new UUIDv7 (RFC 9562, method 1: a 12-bit counter in rand_a keeps ids of one process in order within a
 * millisecond). `ms` is the time in ms since the epoch; it comes from the Clock, so that tests can move it.
 */
export function newId(ms: number): string {
  if (used + 10 > POOL.length) {
    randomFillSync(POOL);
    used = 0;
  }
  if (ms > lastMs || ms < lastMs - 1000) {
    lastMs = ms;
    counter = POOL.readUInt16BE(used) & 0x07ff;
  } else if (++counter > 0x0fff) {
    lastMs++;
    counter = 0;
  }
  // Written into one buffer and read as a whole: put together from its parts it would be a tree of small strings.
  const hi = Math.floor(lastMs / 0x10000);
  put(0, hi >>> 24);
  put(1, hi >>> 16);
  put(2, hi >>> 8);
  put(3, hi);
  put(4, lastMs >>> 8);
  put(5, lastMs);
  put(6, 0x70 | (counter >>> 8));
  put(7, counter);
  put(8, (POOL[used + 2]! & 0x3f) | 0x80);
  for (let i = 9; i < 16; i++) put(i, POOL[used + i - 6]!);
  used += 10;
  return TEXT.toString('latin1');
}

function put(byte: number, value: number): void {
  const digits = DIGITS[value & 255]!;
  const at = PLACES[byte]!;
  TEXT[at] = digits >>> 8;
  TEXT[at + 1] = digits;
}

/** The smallest UUID whose time is `ms`; bounds of id ranges. Before 1970 there are no ids. */
export function floorId(ms: number): string {
  const t = Math.max(0, ms).toString(16).padStart(12, '0');
  return `${t.slice(0, 8)}-${t.slice(8, 12)}-0000-0000-000000000000`;
}

/** `dlv_0190…` for a bare id. */
export function present(kind: IdKind, id: string): string {
  return `${PREFIX[kind]}_${id.replaceAll('-', '')}`;
}

/** The bare id of `dlv_0190…`, or null when the text isn't an id of that kind. */
export function parse(kind: IdKind, text: string): string | null {
  const m = /^([a-z]{3})_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/.exec(text);
  if (!m || m[1] !== PREFIX[kind]) return null;
  return `${m[2]}-${m[3]}-${m[4]}-${m[5]}-${m[6]}`;
}

/** How many partitions profiles are spread over (design: 64, fixed). */
export const PARTITIONS = 64;

/** The partition of a profile: the low six bits of its id, which are random. */
export function partitionOf(profileId: string): number {
  return Number.parseInt(profileId.slice(-2), 16) & (PARTITIONS - 1);
}
