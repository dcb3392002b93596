/**
 * PostgreSQL arrays in the binary wire format (array_send in src/backend/utils/adt/arrayfuncs.c). node-postgres sends a
 * Buffer parameter as binary, so hot statements pass whole columns with `unnest($1::uuid[], …)` without any escaping,
 * and JSON text and bytes reach the database as they are.
 */
const OID = { bool: 16, bytea: 17, int8: 20, int2: 21, int4: 23, text: 25, uuid: 2950 } as const;

function header(oid: number, length: number, hasNull: boolean): Buffer {
  const head = Buffer.allocUnsafe(length === 0 ? 12 : 20);
  head.writeInt32BE(length === 0 ? 0 : 1, 0);
  head.writeInt32BE(hasNull ? 1 : 0, 4);
  head.writeInt32BE(oid, 8);
  if (length > 0) {
    head.writeInt32BE(length, 12);
    head.writeInt32BE(1, 16);
  }
  return head;
}

function fixed<T>(
  oid: number,
  size: number,
  values: readonly (T | null)[],
  write: (out: Buffer, at: number, value: T) => void,
): Buffer {
  const nulls = values.reduce((n: number, v) => n + (v === null ? 1 : 0), 0);
  const head = header(oid, values.length, nulls > 0);
  const out = Buffer.allocUnsafe(head.length + values.length * 4 + (values.length - nulls) * size);
  head.copy(out);
  let at = head.length;
  for (const value of values) {
    out.writeInt32BE(value === null ? -1 : size, at);
    at += 4;
    if (value === null) continue;
    write(out, at, value);
    at += size;
  }
  return out;
}

/** smallint[] */
export function int2Array(values: readonly (number | null)[]): Buffer {
  return fixed(OID.int2, 2, values, (out, at, v) => out.writeInt16BE(v, at));
}

/** integer[] */
export function int4Array(values: readonly (number | null)[]): Buffer {
  return fixed(OID.int4, 4, values, (out, at, v) => out.writeInt32BE(v, at));
}

/** bigint[] from safe integers */
export function int8Array(values: readonly (number | null)[]): Buffer {
  return fixed(OID.int8, 8, values, (out, at, v) => {
    out.writeInt32BE(Math.floor(v / 0x1_0000_0000), at);
    out.writeUInt32BE(v - Math.floor(v / 0x1_0000_0000) * 0x1_0000_0000, at + 4);
  });
}

/** boolean[] */
export function boolArray(values: readonly (boolean | null)[]): Buffer {
  return fixed(OID.bool, 1, values, (out, at, v) => out.writeUInt8(v ? 1 : 0, at));
}

/** uuid[] from bare id strings */
export function uuidArray(values: readonly (string | null)[]): Buffer {
  return fixed(OID.uuid, 16, values, (out, at, v) => {
    out.write(v.replaceAll('-', ''), at, 16, 'hex');
  });
}

/** text[]; the caller has seen to it that no value holds NUL */
export function textArray(values: readonly (string | null)[]): Buffer {
  let size = 0;
  let nulls = false;
  const lengths = values.map((v) => {
    if (v === null) nulls = true;
    const length = v === null ? 0 : Buffer.byteLength(v);
    size += 4 + length;
    return length;
  });
  const head = header(OID.text, values.length, nulls);
  const out = Buffer.allocUnsafe(head.length + size);
  head.copy(out);
  let at = head.length;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    out.writeInt32BE(value === null ? -1 : lengths[i]!, at);
    at += 4;
    if (value !== null) at += out.write(value, at);
  }
  return out;
}

/** bytea[] */
export function byteaArray(values: readonly (Uint8Array | null)[]): Buffer {
  const size = values.reduce((n, v) => n + 4 + (v?.length ?? 0), 0);
  const head = header(
    OID.bytea,
    values.length,
    values.some((v) => v === null),
  );
  const out = Buffer.allocUnsafe(head.length + size);
  head.copy(out);
  let at = head.length;
  for (const value of values) {
    out.writeInt32BE(value === null ? -1 : value.length, at);
    at += 4;
    if (value === null) continue;
    out.set(value, at);
    at += value.length;
  }
  return out;
}
