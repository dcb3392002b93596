import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Stage, stage } from '../stage/database.ts';
import { type Handoff, startHandoff } from '../stage/handoff.ts';
import { does, startReceiver } from '../stage/receiver.ts';

// A prepared statement keeps its plan for as long as its connection lives, and the tables are small when most plans are
// made. A statement whose plan reads a whole table then is quick at first and the square of the work an hour later.

/** Every hot statement, as the server sent it. */
const seen = new Map<string, string>();
const query = pg.Client.prototype.query;
let h: Handoff;
let empty: Stage;
let receiver: Awaited<ReturnType<typeof startReceiver>>;

beforeAll(async () => {
  pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
    const [first] = args as [{ name?: string; text?: string }];
    if (first?.name && first.text && (first.text.includes('unnest(') || /^(run|turn)-/.test(first.name)))
      seen.set(first.name, first.text);
    return (query as (...args: unknown[]) => unknown).apply(this, args);
  } as typeof query;
  empty = await stage();
  h = await startHandoff();
  receiver = await startReceiver();
  await h.api('PATCH', '/workspace', { allow_http: true });
  await work();
});
afterAll(async () => {
  pg.Client.prototype.query = query;
  await receiver.close();
  await h.stop();
  await empty.close();
});

/** Makes the server use its statements: two webhook steps, a retry, a condition, a wait, a merge, a pause. */
async function work(): Promise<void> {
  receiver.on('/first', does.sequence(does.json({}, 500), does.json({ id: 'x', score: 3 })));
  const make = async (path: string, extra: object) =>
    (
      await h.api('POST', '/webhooks', {
        name: path,
        definition: { url: `${receiver.url}${path}`, body: '{"a":"{{customer.id}}"}', ...extra },
      })
    ).body.id as string;
  const first = await make('/first', {
    mapping: [{ path: 'id', attribute: 'lead' }],
    retry: { waits: [5] },
  });
  const second = await make('/second', { body: '{"score":{{steps.first.response.score}}}' });
  const draft = {
    trigger: { kind: 'event', event: 'Go' },
    start: 'first',
    steps: [
      { id: 'first', kind: 'webhook', webhook: first, next: 'check' },
      { id: 'check', kind: 'condition', if: { property: 'size', op: 'greater_than', value: 1 }, yes: 'more', no: null },
      {
        id: 'more',
        kind: 'condition',
        if: { response: 'first', path: 'score', op: 'greater_than', value: 1 },
        yes: 'wait',
        no: null,
      },
      { id: 'wait', kind: 'wait', seconds: 60, next: 'second' },
      { id: 'second', kind: 'webhook', webhook: second },
    ],
  };
  const { id } = (await h.api('POST', '/scenarios', { name: 'all', draft })).body;
  expect((await h.api('POST', `/scenarios/${id}/publish`)).status).toBe(200);
  await h.track('identify', { anonymousId: 'a1', traits: { name: 'x' } });
  await h.track('identify', { anonymousId: 'a1', userId: 'u1', traits: { email: 'u1@example.com' } });
  await h.track('identify', { anonymousId: 'a2', traits: { name: 'x' } });
  await h.track('alias', { previousId: 'a2', userId: 'u1' });
  const lets = { ...draft, trigger: { kind: 'campaign', filter: { attribute: 'email', op: 'exists' } } };
  const campaign = (await h.api('POST', '/scenarios', { name: 'campaign', draft: lets })).body.id;
  await h.api('POST', `/scenarios/${campaign}/publish`);
  await h.track('track', { userId: 'u1', event: 'Go', properties: { size: 2 } });
  const delivered = (count: number) =>
    h.until(
      `${count} delivered`,
      async () => (await h.api('GET', '/deliveries?state=delivered')).body.items.length === count,
    );
  await h.until('a retry', async () => (await h.api('GET', '/deliveries?state=retrying')).body.items.length > 0);
  await h.advance(10_000);
  await delivered(1);
  await h.advance(120_000);
  await delivered(2);
  const run = (await h.api('POST', `/scenarios/${campaign}/runs`)).body.id;
  await delivered(3);
  await h.api('GET', `/runs/${run}`);
  await h.api('POST', `/runs/${run}/pause`);
  await h.api('POST', `/runs/${run}/resume`);
  await h.api('POST', `/runs/${run}/stop`);
  await h.until('the run to be settled', async () => seen.has('run-take'));
  for (const mode of ['same_bytes', 'render_anew'])
    for (const filter of [{ state: 'delivered' }, { webhook: first, profile: await profileOf('u1') }]) {
      await h.api('POST', '/resends/preview', { filter, mode });
      const job = (await h.api('POST', '/resends', { filter, mode })).body.id;
      await h.until('the resend', async () => (await h.api('GET', `/resends/${job}`)).body.state === 'done');
      await h.api('GET', `/resends/${job}/deliveries`);
    }
}

async function profileOf(user: string): Promise<string> {
  return (await h.api('GET', `/profiles?identifier=user_id:${user}`)).body.items[0].id;
}

interface Plan {
  'Node Type': string;
  'Parent Relationship'?: string;
  Plans?: Plan[];
  [key: string]: unknown;
}

/**
 * What is wrong with a plan: rows wanted that are walked again for every row of a table, a table read as a whole, or an
 * index with a gap in its condition (its first columns alone bound what is read). `columns`: of each index, in order.
 */
function faults(plan: Plan, columns: Map<string, string[]>, inside = false): string[] {
  const type = plan['Node Type'];
  const found: string[] = [];
  const few = FEW.has(String(plan['CTE Name'] ?? plan.Alias));
  if (inside && !few && (type === 'Function Scan' || type === 'CTE Scan'))
    found.push(`${type} of ${plan.Alias} as the inner side of a loop`);
  if (type === 'Seq Scan' && !SMALL.has(String(plan['Relation Name'])))
    found.push(`Seq Scan on ${plan['Relation Name']}`);
  if (type.startsWith('Index') && type.endsWith('Scan') && plan['Index Cond'] === undefined)
    if (!SMALL.has(String(plan['Relation Name']))) found.push(`all of ${plan['Index Name']}`);
  const condition = String(plan['Index Cond'] ?? '');
  const of = columns.get(String(plan['Index Name'])) ?? [];
  const bound = of.map((name) => new RegExp(`\\b${name} (=|>|<|IS)`).test(condition));
  if (bound.lastIndexOf(true) > bound.indexOf(false) && bound.includes(false))
    found.push(`${plan['Index Name']} without its ${of[bound.indexOf(false)]}`);
  for (const child of plan.Plans ?? []) {
    const inner = type === 'Nested Loop' && child['Parent Relationship'] === 'Inner';
    const lookup = child['Parent Relationship'] === 'SubPlan' || child['Parent Relationship'] === 'InitPlan';
    found.push(...faults(child, columns, lookup ? false : inner || inside));
  }
  return found;
}

// Lanes of one batch; workspaces.
const FEW = new Set(['mine', 'w']);
// A few rows each, whatever happens.
const SMALL = new Set([
  'webhook_versions',
  'webhooks',
  'clock',
  'definitions',
  'partitions',
  'processes',
  'workspaces',
  'attributes',
  'lanes',
  'scenarios',
  'scenario_versions',
  'campaign_runs',
  'campaign_calendars',
  // Gathered every ten seconds.
  'counter_deltas',
]);

// EXPLAIN (GENERIC_PLAN) is there from PostgreSQL 16 on.
test('every hot statement goes by key, also when it was planned on empty tables', async ({ skip }) => {
  const run = (text: string) => empty.database.run<Record<string, unknown>>({ name: '', text });
  if (Number((await run('SHOW server_version_num'))[0]!.server_version_num) < 160_000) skip();
  await run('ANALYZE inbox, lane_queue, timers');
  expect(seen.size).toBeGreaterThan(20);
  const indexes = await run(
    `SELECT c.relname AS name, array_agg(a.attname::text ORDER BY a.attnum) AS columns FROM pg_class c
       JOIN pg_attribute a ON a.attrelid = c.oid WHERE c.relkind IN ('i', 'I') GROUP BY 1`,
  );
  const columns = new Map(indexes.map((row) => [String(row.name), row.columns as string[]]));
  const bad: string[] = [];
  for (const [name, text] of seen) {
    const [answer] = await run(`EXPLAIN (GENERIC_PLAN, FORMAT JSON) ${text}`);
    const [{ Plan: plan }] = JSON.parse(String(answer!['QUERY PLAN'])) as [{ Plan: Plan }];
    for (const fault of faults(plan, columns)) bad.push(`${name}: ${fault}`);
    if (process.env.SHOW === name) console.log(JSON.stringify(plan, null, 1));
  }
  expect(bad).toEqual([]);
});
