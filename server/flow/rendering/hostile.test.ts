import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type WebhookDefinition, webhookDefinition } from '../../../shared/webhook.ts';
import { jinja } from '../../../tests/hostile/jinja.ts';
import { liquid } from '../../../tests/hostile/liquid.ts';
import { mustache } from '../../../tests/hostile/mustache.ts';
import type { Payload } from '../../../tests/hostile/payload.ts';
import { velocity } from '../../../tests/hostile/velocity.ts';
import { createLog } from '../../platform/log.ts';
import { createRenderPool, type RenderJob, type RenderPool, type RenderResult } from './index.ts';

const MOST_MS = 500;
const MOST_MB = 64;
type Language = WebhookDefinition['language'];
const ALL: Record<Language, Payload[]> = { liquid, jinja, mustache, velocity };

let pool: RenderPool;
beforeAll(async () => {
  // By the clock a busy machine takes longer; what counts is time of the processor.
  pool = createRenderPool({ size: 1, log: createLog('silent'), deadlineMs: 10_000 });
  // A process that has worked already: what it takes to run at all is no growth.
  for (const [language, list] of Object.entries(ALL)) {
    await pool.render(list.slice(0, 3).map(([body]) => job(language as Language, body)));
  }
});
afterAll(() => pool.stop());

const ATTRIBUTES = {
  name: 'Ann',
  items: Array.from({ length: 200 }, (_, i) => ({ i, text: 'x'.repeat(50) })),
  list: Array.from({ length: 1000 }, (_, i) => i),
  map: { a: 1 },
  long: ' '.repeat(20_000),
  big: 'x'.repeat(10_000),
};
let count = 0;

function job(language: Language, body: string, snippets = {}): RenderJob {
  const given = { url: 'https://api.example.com/', format: 'text', language, body, snippets };
  const context = JSON.stringify({ profile: { id: 'prf_1', attributes: ATTRIBUTES }, event: null, now: 0 });
  return { webhook: { id: `whk_${count++}`, version: 1, definition: webhookDefinition.parse(given) }, context };
}

function textOf(result: RenderResult): string {
  return result.ok ? Buffer.from(result.request.body ?? []).toString() : result.trouble.code;
}

/** MB that a process holds, and held at most since `reset`. */
function memory(pid: number): { now: number; most: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mb = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)![1]) / 1024;
  return { now: mb('VmRSS'), most: mb('VmHWM') };
}
const reset = (pid: number) => writeFileSync(`/proc/${pid}/clear_refs`, '5');

/** Milliseconds of the processor that a process has used: a busy machine doesn't stretch them. */
function used(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

describe.each(Object.entries(ALL) as [Language, Payload[]][])('%s', (language, list) => {
  test.each(list.map((payload): [string, Payload] => [payload[0].slice(0, 90), payload]))(
    '%s',
    async (_name, payload) => {
      const [body, wanted, snippets] = payload;
      const [pid] = pool.pids() as [number];
      reset(pid);
      const before = { memory: memory(pid).now, used: used(pid) };
      const [result] = (await pool.render([job(language, body, snippets)])) as [RenderResult];
      // Its own process has ended it, and goes on.
      expect(pool.pids()).toEqual([pid]);
      expect(used(pid) - before.used).toBeLessThanOrEqual(MOST_MS);
      expect(memory(pid).most - before.memory).toBeLessThan(MOST_MB);
      if (!result.ok) {
        expect(result.trouble.message).toMatch(/^The (?:template failed: |webhook's templates)[\s\S]{8}/);
        expect(result.trouble.message).not.toMatch(/undefined|is not a function|Cannot read|native code|node:|\.ts:/);
        expect(result.place).toMatchObject({ line: expect.any(Number), column: expect.any(Number) });
      }
      if (wanted === 'fails') expect(textOf(result)).toMatch(/^template_(?:budget|error)$/);
      else if (wanted instanceof RegExp) expect(textOf(result)).toMatch(wanted);
      if (result.ok) expect(textOf(result)).not.toMatch(/native code|\[object|=> \{|root:x/);
      const [next] = (await pool.render([job(language, 'next')])) as [RenderResult];
      expect(textOf(next)).toBe('next');
    },
  );
});

test('there are enough of them', () => {
  expect(Object.values(ALL).flat().length).toBeGreaterThanOrEqual(150);
  for (const list of Object.values(ALL)) expect(list.length).toBeGreaterThanOrEqual(30);
});
