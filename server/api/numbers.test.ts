import { expect, test } from 'vitest';
import { z } from 'zod';
import { jsonValue } from '../../shared/json.ts';
import { webhookDefinition } from '../../shared/webhook.ts';
import { parseJson, toJson } from '../platform/json.ts';
import { parseNumbers } from './numbers.ts';

const check = (schema: z.ZodType, text: string) => {
  const result = parseNumbers(schema, parseJson(text));
  return result.success ? toJson(result.data) : 'refused';
};

test('a number of a definition may be written with a zero fraction or an exponent, also in a choice', () => {
  const text = '{"url":"https://a.example","timeout_ms":5000.0,"retry":{"waits":[60.0,1e3,1.50]}}';
  expect(parseNumbers(webhookDefinition, parseJson(text))).toMatchObject({
    success: true,
    data: { timeout_ms: 5000, retry: { waits: [60, 1000, 1.5] } },
  });
});

test('where any JSON may stand numbers keep their text', () => {
  const schema = z.object({ times: z.number().int(), value: jsonValue });
  expect(check(schema, '{"times":2.0,"value":[12.50,1e3,12345678901234567890]}')).toBe(
    '{"times":2,"value":[12.50,1e3,12345678901234567890]}',
  );
});

test('what is no integer, no number, or too large for one is refused', () => {
  const schema = z.object({ times: z.number().int() });
  for (const text of ['2.50', '12345678901234567890', '1e400', '"2"'])
    expect(check(schema, `{"times":${text}}`)).toBe('refused');
});
