import { expect, test } from 'vitest';
import { z } from 'zod';
import { condition } from '../../shared/condition.ts';
import { credentialAuth } from '../../shared/credential.ts';
import { scenarioDefinition } from '../../shared/scenario.ts';
import { retryPolicy } from '../../shared/webhook.ts';
import { inspectorAnswers } from '../inspector/index.ts';
import { fieldErrors } from './issues.ts';
import { parseNumbers } from './numbers.ts';

const of = (schema: z.ZodType, value: unknown) => {
  const { error } = parseNumbers(schema, value);
  return fieldErrors(error!.issues).map(({ field }) => field);
};

test('of a choice, what is wrong with the alternative that was meant is told', () => {
  expect(of(inspectorAnswers, { sequence: [{ status: 200 }, { status: 1 }] })).toEqual(['sequence.1.status']);
  expect(of(inspectorAnswers, { status: 200, headers: [['Set-Cookie', 'a']] })).toEqual(['headers.0.0']);
  expect(of(condition, { attribute: 'plan', op: 'nonsense' })).toEqual(['op']);
  expect(
    of(condition, {
      all: [
        { attribute: 'plan', op: 'equals' },
        { property: 'x', op: '?' },
      ],
    }),
  ).toEqual(['all.1.op']);
  expect(of(retryPolicy, { waits: [1, -1] })).toEqual(['waits.1']);
  expect(of(retryPolicy, 'sometimes')).toEqual(['body']);
  expect(of(scenarioDefinition, { steps: [{ id: 'a', kind: 'wait', seconds: 0 }] })).toEqual(['steps.0.seconds']);
});

test('words go on from the name of the field, and say what is wanted', () => {
  const schema = z.strictObject({
    name: z.string().min(1).max(3),
    times: z.number().int().min(1),
    per: z.enum(['second', 'day']),
    tags: z.array(z.string()).max(1),
    at: z.iso.datetime(),
    retry: retryPolicy.optional(),
    kept: z.boolean(),
  });
  const said = (value: unknown) =>
    fieldErrors(parseNumbers(schema, value).error!.issues).map(({ field, message }) => `${field} ${message}`);
  expect(said({ name: '', times: 0, per: 'year', tags: ['a', 'b'], at: 'today', retry: 5, colour: 'red' })).toEqual([
    'name must not be empty',
    'times must be 1 or more',
    'per must be one of "second", "day"',
    'tags must have at most 1 entries',
    'at must be a date and time with its zone, such as 2026-05-03T10:00:00Z',
    'retry must be one of "standard-webhooks", "customer.io", "cyberimpact", "none", or must be an object',
    'kept is needed',
    'colour is not known here: take it out, or see whether it is spelt right',
  ]);
  expect(parseNumbers(credentialAuth, { kind: 'none' }).error!.issues[0]!.message).toBe(
    'must be one of "basic", "bearer", "api_key", "headers"',
  );
  expect(said('x')).toEqual(['body must be an object']);
});
