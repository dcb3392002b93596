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
const HEX = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'));

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
  const hi = Math.floor(lastMs / 0x10000);
  const lo = lastMs % 0x10000;
  const b = used + 2;
  used += 10;
  const h = HEX as string[];
  return `${h[(hi >>> 24) & 255]}${h[(hi >>> 16) & 255]}${h[(hi >>> 8) & 255]}${h[hi & 255]}-${h[lo >>> 8]}${h[lo & 255]}-7${(counter >>> 8).toString(16)}${h[counter & 255]}-${h[(POOL[b]! & 0x3f) | 0x80]}${h[POOL[b + 1]!]}-${h[POOL[b + 2]!]}${h[POOL[b + 3]!]}${h[POOL[b + 4]!]}${h[POOL[b + 5]!]}${h[POOL[b + 6]!]}${h[POOL[b + 7]!]}`;
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
