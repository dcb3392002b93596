/**
 * `node tests/bench/rendering.ts [--liquidjs DIR] [--seconds N]`: renders a second of each language through the pool (two
 * processes, batches of 20, automatic escaping, a context of 30 attributes sent with each), for a JSON body of 12 fields
 * with a loop of three. With liquidjs in DIR (`npm install liquidjs` there) also how that compares with liquidjs called
 * directly: parsed once, renderSync, this process, the context in memory. Rounds alternate, so that a busy machine
 * slows all alike; the median counts. Processor time (of all processes together, on Linux) is what a busy machine changes least.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { createRenderPool, type RenderJob, type RenderPool } from '../../server/flow/rendering/index.ts';
import { createLog } from '../../server/platform/log.ts';
import { type WebhookDefinition, webhookDefinition } from '../../shared/webhook.ts';

const PROCESSES = 2;
const BATCH = 20;
/** Batches that wait at a time: enough that no process is ever idle. */
const AT_A_TIME = 8;
const ROUNDS = 5;

const attributes: Record<string, unknown> = {
  email: "ann.o'hara@example.com",
  first_name: 'Ann',
  last_name: 'O\'Hara "the great"',
  visits: 12,
  subscribed: true,
  city: 'Київ',
  basket: [1, 2, 3].map((n) => ({ sku: `A-${n}`, name: `Thing "${n}"`, price: n * 12.5 })),
};
for (let i = Object.keys(attributes).length; i < 30; i++) attributes[`attribute_${i}`] = `the value of attribute ${i}`;
const properties = { order_id: 'o-4711', total: 99.5, currency: 'EUR' };

/** The fields that all languages have alike, written with `{{ … }}`. */
const FIELDS = `"id": "{{ customer.id }}",
  "email": "{{ customer.email }}",
  "first_name": "{{ customer.first_name }}",
  "last_name": "{{ customer.last_name }}",
  "visits": {{ customer.visits }},
  "subscribed": {{ customer.subscribed }},
  "city": "{{ customer.city }}",
  "plan": "{{ customer.attribute_20 }}",
  "order": "{{ event.order_id }}",
  "total": {{ event.total }},
  "currency": "{{ event.currency }}",`;
const ITEM = '{"sku": "{{ item.sku }}", "name": "{{ item.name }}", "price": {{ item.price }}}';

const bodies: Record<WebhookDefinition['language'], string> = {
  liquid: `{${FIELDS}
  "items": [{% for item in customer.basket %}${ITEM}{% unless forloop.last %},{% endunless %}{% endfor %}]}`,
  jinja: `{${FIELDS}
  "items": [{% for item in customer.basket %}${ITEM}{% if not loop.last %},{% endif %}{% endfor %}]}`,
  mustache: `{${FIELDS}
  "items": [{{#customer.basket}}${ITEM.replaceAll('item.', '')},{{/customer.basket}}0]}`,
  velocity: `{${FIELDS}
  "items": [#foreach ($item in $customer.basket)${ITEM}#if ($foreach.hasNext),#end#end]}`.replace(
    /\{\{ ([\w.]+) \}\}/g,
    '$!{$1}',
  ),
};

const profile = { id: 'prf_1', attributes };
const event = { id: 'evt_1', name: 'bought', timestamp: '2026-01-02T03:04:05Z', properties };
const context = JSON.stringify({ profile, event, responses: {}, step: 's1', scenario: {}, delivery: {}, now: 0 });

function jobsOf(language: WebhookDefinition['language']): RenderJob[] {
  const definition = webhookDefinition.parse({ url: 'https://api.example.com/v1', language, body: bodies[language] });
  const webhook = { id: language, version: 1, definition };
  return Array.from({ length: BATCH }, () => ({ webhook, context }));
}

/** Renders a second, and µs of the processor that one took. */
type Measured = { rate: number; cpu: number };

/** µs of the processor that processes have used. */
function processorOf(pids: number[]): number {
  return pids.reduce((sum, pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    return sum + (Number(fields[11]) + Number(fields[12])) * 10_000;
  }, 0);
}

function since(start: number, used: number, pids: number[], count: number): Measured {
  return { rate: (count * 1000) / (performance.now() - start), cpu: (processorOf(pids) - used) / count };
}

/** Batches that keep the pool busy. Throws when a render fails. */
async function throughPool(pool: RenderPool, jobs: RenderJob[], ms: number): Promise<Measured> {
  const start = performance.now();
  const pids = [process.pid, ...pool.pids()];
  const used = processorOf(pids);
  let count = 0;
  const work = async () => {
    while (performance.now() - start < ms) {
      for (const result of await pool.render(jobs)) if (!result.ok) throw new Error(result.trouble.message);
      count += jobs.length;
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  return since(start, used, pids, count);
}

/** liquidjs in this process. */
function direct(folder: string): (ms: number) => Measured {
  const { Liquid } = createRequire(join(resolve(folder), 'package.json'))('liquidjs') as {
    Liquid: new () => { parse(text: string): unknown; renderSync(template: unknown, scope: object): string };
  };
  const engine = new Liquid();
  const template = engine.parse(bodies.liquid);
  const scope = { customer: { ...attributes, id: profile.id }, event: properties };
  return (ms) => {
    const start = performance.now();
    const used = processorOf([process.pid]);
    let count = 0;
    while (performance.now() - start < ms) {
      for (let i = 0; i < BATCH; i++) engine.renderSync(template, scope);
      count += BATCH;
    }
    return since(start, used, [process.pid], count);
  };
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { liquidjs: { type: 'string' }, seconds: { type: 'string', default: '1' } },
  });
  const ms = Number(values.seconds) * 1000;
  const pool = createRenderPool({ size: PROCESSES, log: createLog('warn') });
  const found: Record<string, Measured[]> = {};
  const add = (name: string, measured: Measured) => {
    found[name] ??= [];
    found[name].push(measured);
  };
  const languages = Object.keys(bodies) as WebhookDefinition['language'][];
  const liquidjs = values.liquidjs === undefined ? null : direct(values.liquidjs);
  // Once to warm up.
  for (const language of languages) await throughPool(pool, jobsOf(language), ms);
  liquidjs?.(ms);
  for (let round = 0; round < ROUNDS; round++) {
    if (liquidjs !== null) add('liquidjs', liquidjs(ms));
    for (const language of languages) add(language, await throughPool(pool, jobsOf(language), ms));
  }
  await pool.stop();
  const base = found.liquidjs === undefined ? null : median(found.liquidjs.map(({ rate }) => rate));
  for (const [name, all] of Object.entries(found)) {
    const rate = median(all.map((one) => one.rate));
    const cpu = median(all.map((one) => one.cpu)).toFixed(0);
    const ratio = base === null || name === 'liquidjs' ? '' : `, ${(rate / base).toFixed(2)} × liquidjs`;
    console.log(`${name}: ${Math.round(rate)} renders a second, ${cpu} µs of the processor each${ratio}`);
  }
}

await main();
