import { expect, test } from 'vitest';
import type { z } from 'zod';
import { condition } from '../../shared/condition.ts';
import { scenarioDefinition } from '../../shared/scenario.ts';
import { retryPolicy } from '../../shared/webhook.ts';
import { inspectorAnswers } from '../inspector/index.ts';
import { fieldErrors } from './issues.ts';

const of = (schema: z.ZodType, value: unknown) => {
  const { error } = schema.safeParse(value);
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
