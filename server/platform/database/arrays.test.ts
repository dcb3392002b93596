import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Stage, stage } from '../../../tests/stage/database.ts';
import { boolArray, byteaArray, int2Array, int4Array, int8Array, textArray, uuidArray } from './index.ts';

let on: Stage;
beforeAll(async () => {
  on = await stage();
});
afterAll(() => on.close());

const [A, B] = ['00000000-0000-0000-0000-000000000000', '0190ffff-7fff-7abc-8def-ffffffffff80'];

test.each([
  ['bool', boolArray, [true, null, false]],
  ['int2', int2Array, [0, null, -1, 255, 256, 32_767, -32_768]],
  ['int4', int4Array, [0, null, -1, 65_536, 2_147_483_647, -2_147_483_648]],
  ['int8', int8Array, [0, null, -1, 2 ** 32, -(2 ** 32), 2 ** 53 - 1, -(2 ** 53 - 1)]],
  ['uuid', uuidArray, [A, A, null, B, B, A]],
  ['text', textArray, ['', null, 'é', '{",}\\', '😀\u2028']],
  ['bytea', byteaArray, [Buffer.alloc(0), null, Buffer.from([0, 255, 34])]],
] as const)('arrays of %s arrive as they are', async (type, array, values) => {
  const make = array as (values: readonly unknown[]) => Buffer;
  const sql = { name: '', text: `SELECT v FROM unnest($1::${type}[]) WITH ORDINALITY u(v, n) ORDER BY n` };
  for (const list of [values, values.filter((v) => v !== null), [null], []])
    expect((await on.database.run<{ v: unknown }>(sql, [make(list)])).map(({ v }) => v)).toEqual(list);
});

test('a number that the type does not hold is refused', () => {
  for (const bad of [32_768, 0.5, Number.NaN]) expect(() => int2Array([bad])).toThrow(RangeError);
  for (const bad of [2 ** 31, 0.5, Number.NaN]) expect(() => int4Array([bad])).toThrow(RangeError);
  for (const bad of [2 ** 53, 0.5, Number.NaN]) expect(() => int8Array([bad])).toThrow(RangeError);
});
