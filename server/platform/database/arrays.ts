/**
 * PostgreSQL arrays in the binary wire format (array_send in src/backend/utils/adt/arrayfuncs.c). node-postgres sends a
 * Buffer parameter as binary, so hot statements pass whole columns with `unnest($1::uuid[], …)` without any escaping,
 * and JSON text and bytes reach the database as they are.
 */
const OID = { bool: 16, bytea: 17, int8: 20, int2: 21, int4: 23, text: 25, uuid: 2950 } as const;

/** Writes what an array begins with; returns where its elements begin. */
function header(out: Buffer, oid: number, length: number, hasNull: boolean): number {
  out.writeInt32BE(length === 0 ? 0 : 1, 0);
  out.writeInt32BE(hasNull ? 1 : 0, 4);
  out.writeInt32BE(oid, 8);
  if (length === 0) return 12;
  out.writeInt32BE(length, 12);
  out.writeInt32BE(1, 16);
  return 20;
}

function fixed<T>(
  oid: number,
  size: number,
  values: readonly (T | null)[],
  write: (out: Buffer, at: number, value: T) => void,
): Buffer {
  const n = values.length;
  let nulls = 0;
  for (let i = 0; i < n; i++) if (values[i] === null) nulls++;
  const out = Buffer.allocUnsafe((n === 0 ? 12 : 20) + n * 4 + (n - nulls) * size);
  let at = header(out, oid, n, nulls > 0);
  for (let i = 0; i < n; i++) {
    const value = values[i] as T | null;
    writeInt4(out, at, value === null ? -1 : size);
    at += 4;
    if (value === null) continue;
    write(out, at, value);
    at += size;
  }
  return out;
}

function writeInt4(out: Buffer, at: number, value: number): void {
  out[at] = value >> 24;
  out[at + 1] = value >> 16;
  out[at + 2] = value >> 8;
  out[at + 3] = value;
}

/** smallint[] */
export function int2Array(values: readonly (number | null)[]): Buffer {
  return fixed(OID.int2, 2, values, (out, at, v) => {
    if (v !== (v << 16) >> 16) throw new RangeError(`${v} is no smallint`);
    out[at] = v >> 8;
    out[at + 1] = v;
  });
}

/** integer[] */
export function int4Array(values: readonly (number | null)[]): Buffer {
  return fixed(OID.int4, 4, values, (out, at, v) => {
    if (v !== (v | 0)) throw new RangeError(`${v} is no integer of 4 bytes`);
    writeInt4(out, at, v);
  });
}

/** bigint[] from safe integers */
export function int8Array(values: readonly (number | null)[]): Buffer {
  return fixed(OID.int8, 8, values, (out, at, v) => {
    if (!Number.isSafeInteger(v)) throw new RangeError(`${v} is no bigint that a number holds`);
    const high = Math.floor(v / 0x1_0000_0000);
    writeInt4(out, at, high);
    writeInt4(out, at + 4, v - high * 0x1_0000_0000);
  });
}

/** boolean[] */
export function boolArray(values: readonly (boolean | null)[]): Buffer {
  return fixed(OID.bool, 1, values, (out, at, v) => {
    out[at] = v ? 1 : 0;
  });
}

const NIBBLES = new Uint8Array(128);
for (const [i, digit] of [...'0123456789abcdef'].entries()) {
  NIBBLES[digit.charCodeAt(0)] = i;
  NIBBLES[digit.toUpperCase().charCodeAt(0)] = i;
}
// Where the pairs of digits stand in the text of a uuid.
const PAIRS = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];

function writeUuid(out: Buffer, at: number, id: string): void {
  for (let i = 0; i < 16; i++) {
    const pair = PAIRS[i]!;
    out[at + i] = (NIBBLES[id.charCodeAt(pair)]! << 4) | NIBBLES[id.charCodeAt(pair + 1)]!;
  }
}

/** uuid[] from bare id strings */
export function uuidArray(values: readonly (string | null)[]): Buffer {
  // Columns often hold one id many times: that of the workspace, of the lane.
  let last = '';
  let lastAt = 0;
  return fixed(OID.uuid, 16, values, (out, at, v) => {
    if (v === last) {
      out.copyWithin(at, lastAt, lastAt + 16);
      return;
    }
    writeUuid(out, at, v);
    last = v;
    lastAt = at;
  });
}

/** text[]; the caller has seen to it that no value holds NUL */
export function textArray(values: readonly (string | null)[]): Buffer {
  const n = values.length;
  let size = 0;
  let nulls = false;
  const lengths = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    const value = values[i]!;
    if (value === null) nulls = true;
    else lengths[i] = Buffer.byteLength(value);
    size += 4 + lengths[i]!;
  }
  const out = Buffer.allocUnsafe((n === 0 ? 12 : 20) + size);
  let at = header(out, OID.text, n, nulls);
  for (let i = 0; i < n; i++) {
    const value = values[i]!;
    writeInt4(out, at, value === null ? -1 : lengths[i]!);
    at += 4;
    if (value !== null) at += out.write(value, at);
  }
  return out;
}

/** bytea[] */
export function byteaArray(values: readonly (Uint8Array | null)[]): Buffer {
  const size = values.reduce((n, v) => n + 4 + (v?.length ?? 0), 0);
  const out = Buffer.allocUnsafe((values.length === 0 ? 12 : 20) + size);
  let at = header(
    out,
    OID.bytea,
    values.length,
    values.some((v) => v === null),
  );
  for (const value of values) {
    writeInt4(out, at, value === null ? -1 : value.length);
    at += 4;
    if (value === null) continue;
    out.set(value, at);
    at += value.length;
  }
  return out;
}
