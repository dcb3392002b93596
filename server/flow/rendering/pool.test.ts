import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { webhookDefinition } from '../../../shared/webhook.ts';
import { createLog } from '../../platform/log.ts';
import { createRenderPool, type RenderJob, type RenderPool, type RenderResult } from './index.ts';
import type { Problem } from './job.ts';

let pool: RenderPool;
beforeAll(() => {
  pool = createRenderPool({ size: 1, log: createLog('silent'), deadlineMs: 400, heapMb: 96 });
});
afterAll(() => pool.stop());

const items = Array.from({ length: 200 }, (_, i) => ({ i, text: 'x'.repeat(50) }));
let count = 0;

function job(body: string, more: object = {}, attributes: object = { name: 'Ann', items }): RenderJob {
  const definition = webhookDefinition.parse({ url: 'https://api.example.com/', format: 'text', body, ...more });
  const context = JSON.stringify({ profile: { id: 'prf_1', attributes }, event: null, responses: {}, now: 0 });
  return { webhook: { id: `whk_${count++}`, version: 1, definition }, context };
}

function textOf(result: RenderResult | undefined): string {
  if (!result?.ok) return result?.trouble.code ?? 'none';
  return Buffer.from(result.request.body ?? []).toString();
}

describe('Jinja', () => {
  test('runs in the renderer processes, and its budget ends it there', async () => {
    const jinja = { language: 'jinja' };
    const [good, endless, big, good2] = await pool.render([
      job('{% for i in customer["items"][:2] %}{{ i.i }}{% endfor %}{{ customer.name|lower }}', jinja),
      job('{% for i in range(10 ** 9) %}{% for j in range(10 ** 9) %}{% endfor %}{% endfor %}', jinja),
      job('{{ "x" * 10 ** 9 }}', jinja),
      job('{{ customer.name }}', jinja),
    ]);
    expect([good, endless, big, good2].map(textOf)).toEqual(['01ann', 'template_budget', 'template_budget', 'Ann']);
    const [problem] = (await pool.check(job('a\n{% if x %}', jinja).webhook.definition)) as Problem[];
    expect(problem).toMatchObject({ field: 'body', line: 2, column: 4 });
  });
});

describe('hostile mappings', () => {
  test.each([
    ['$[?count($..*) > 0]', JSON.stringify(Array(3000).fill([[[]]]))],
    ['$..[?@..[?@..[?@..*]]]', JSON.stringify(Array(60).fill(Array(60).fill([[]])))],
    ["$[?search(@, '((((a{1,30}){1,30}){1,30}){1,30}){1,30}')]", JSON.stringify(['a'.repeat(20_000)])],
    ['$[?match(@, @)]', JSON.stringify(['('.repeat(100_000), '(a+)+'.repeat(5000)])],
    ['$..a', `${'['.repeat(50_000)}${']'.repeat(50_000)}`],
    ['$..constructor', '{"__proto__":{"a":1}}'],
  ])('%s', async (path, body) => {
    const rule = { path, attribute: 'a', mode: 'set' as const };
    const [bad, good] = await pool.map([
      { rules: [rule], body },
      { rules: [{ ...rule, path: 'x' }], body: '{"x":1.50}' },
    ]);
    expect(bad!.changes).toEqual([]);
    expect(bad!.refused).toHaveLength(1);
    expect(String(good!.changes[0]?.value)).toBe('1.50');
  });
});

describe('processes', () => {
  test('see no environment, no files but the program, no code from strings', () => {
    const [pid] = pool.pids();
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').filter(Boolean);
    expect(environment.filter((one) => !one.startsWith('MALLOC_'))).toEqual([]);
    const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    expect(args).toContain('--permission');
    expect(args).toContain('--disallow-code-generation-from-strings');
  });

  test('one that is killed is replaced, and its work done', async () => {
    const before = pool.pids();
    const results = pool.render(Array.from({ length: 60 }, (_, i) => job(`${i} {{ customer.name }}`)));
    for (const pid of before) process.kill(pid, 'SIGKILL');
    expect((await results).map(textOf)).toEqual(Array.from({ length: 60 }, (_, i) => `${i} Ann`));
    expect(pool.pids()).not.toEqual(before);
  });

  test('with nothing to do they end, and start again with the next work', async () => {
    const rare = createRenderPool({ size: 1, log: createLog('silent'), idleMs: 20 });
    expect(rare.pids()).toEqual([]);
    for (let i = 0; i < 2; i++) {
      expect(textOf((await rare.render([job('{{ customer.name }}')]))[0])).toBe('Ann');
      expect(rare.pids()).toHaveLength(1);
      const [pid] = rare.pids();
      await vi.waitFor(() => expect(rare.pids()).toEqual([]));
      await vi.waitFor(() => expect(existsSync(`/proc/${pid}/environ`)).toBe(false));
    }
    await rare.stop();
  });

  test('end with the process that started them', async () => {
    const source = `
      import { createRenderPool } from '${new URL('./index.ts', import.meta.url)}';
      import { createLog } from '${new URL('../../platform/log.ts', import.meta.url)}';
      const pool = createRenderPool({ size: 1, log: createLog('silent') });
      await pool.map([{ rules: [], body: '1' }]);
      console.log(pool.pids()[0]);
    `;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', source], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const pid = await new Promise<number>((resolve) => parent.stdout.once('data', (text) => resolve(Number(text))));
    expect(
      execFileSync('ps', ['-o', 'pid=', '-p', String(pid)])
        .toString()
        .trim(),
    ).toBe(String(pid));
    parent.kill('SIGKILL');
    const alive = () => {
      try {
        return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
      } catch {
        return false;
      }
    };
    await expect.poll(alive, { timeout: 5000 }).toBe(false);
  });

  test('a full queue and a stopped pool are our own trouble', async () => {
    const small = createRenderPool({ size: 1, log: createLog('silent') });
    const one = job('x');
    const many = await small.render(Array(20_001).fill(one));
    expect(new Set(many.map((result) => !result.ok && result.trouble.code))).toEqual(new Set(['renderer_busy']));
    const waiting = small.render([one]);
    await small.stop();
    expect(textOf((await waiting)[0])).toBe('renderer_stopped');
    expect(textOf((await small.render([one]))[0])).toBe('renderer_stopped');
    expect(small.pids()).toEqual([]);
  });

  test('many versions stay within the bound of what a process keeps', async () => {
    const jobs = Array.from({ length: 700 }, (_, i) => job(`v${i}`));
    expect((await pool.render(jobs)).map(textOf)).toEqual(jobs.map((_, i) => `v${i}`));
  });
});

test('check names what is wrong, and where', async () => {
  const definition = webhookDefinition.parse({
    url: 'https://{{ customer.host }}/',
    query: [{ name: 'a', value: '{{ a' }],
    body: '{\n  "a": "{{ customer.x | nope }}"\n}',
    snippets: { card: '{% if %}' },
    mapping: [{ path: '$.a[', attribute: 'x' }],
  });
  const problems = (await pool.check(definition)) as Problem[];
  expect(problems.flatMap(({ field, warning }) => (warning ? [field] : []))).toEqual(['body']);
  expect(problems.map(({ field, line, column }) => `${field} ${line}:${column}`)).toEqual([
    'url 1:1',
    'query.0.value 1:1',
    'body 2:25',
    'snippets.card 1:7',
    expect.stringMatching(/^mapping\.0\.path 1:/),
  ]);
});
