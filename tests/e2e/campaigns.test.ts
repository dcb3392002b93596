import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from '../../server/platform/ids.ts';
import { type Handoff, startHandoff } from '../stage/handoff.ts';
import { type Behaviour, does, type Receiver, startReceiver } from '../stage/receiver.ts';

let h: Handoff;
let receiver: Receiver;
beforeAll(async () => {
  h = await startHandoff();
  receiver = await startReceiver();
  await h.api('PATCH', '/workspace', { allow_http: true });
});
afterAll(async () => {
  await receiver.close();
  await h.stop();
});

type Answer = Awaited<ReturnType<Handoff['api']>>['body'];
const sql = <Row>(text: string, values: unknown[] = []) => h.stage.database.run<Row>({ name: '', text }, values);

/** Makes people; every second one lives in Bern. */
async function people(prefix: string, count: number, key?: string): Promise<void> {
  for (let from = 0; from < count; from += 100) {
    const batch = Array.from({ length: Math.min(100, count - from) }, (_, i) => ({
      type: 'identify',
      userId: `${prefix}${from + i}`,
      traits: { group: prefix, city: (from + i) % 2 === 0 ? 'Bern' : 'Basel' },
    }));
    expect((await h.track('batch', { batch }, key)).status).toBe(200);
  }
}

/** Publishes a campaign with one webhook. `path` on the receiver; the body names the person. */
async function campaign(path: string, trigger: object, more: object = {}, key?: string): Promise<string> {
  const call = async (method: string, to: string, body?: unknown) => {
    const answer = await h.api(method, to, body, key ? { key } : {});
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
    return answer.body;
  };
  const webhook = await call('POST', '/webhooks', {
    name: path,
    definition: { url: `${receiver.url}${path}`, body: '{"id":"{{customer.id}}","event":{{event | json}}}' },
  });
  const draft = {
    trigger: { kind: 'campaign', ...trigger },
    start: 'call',
    steps: [{ id: 'call', kind: 'webhook', webhook: webhook.id }],
    ...more,
  };
  const made = await call('POST', '/scenarios', { name: path, draft });
  await call('POST', `/scenarios/${made.id}/publish`);
  return made.id;
}

async function start(scenario: string, body?: object, key?: string): Promise<Answer> {
  const answer = await h.api('POST', `/scenarios/${scenario}/runs`, body, key ? { key } : {});
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body;
}
const read = async (run: Answer, key?: string): Promise<Answer> =>
  (await h.api('GET', `/runs/${run.id}`, undefined, key ? { key } : {})).body;
const ends = (run: Answer, key?: string) =>
  h.until(
    'the run to end',
    async () => {
      const now = await read(run, key);
      return now.state === 'done' && now.deliveries.pending === 0 && now.entered + now.kept_out === now.matched && now;
    },
    60_000,
  );
const seen = (path: string) => receiver.requests.filter((request) => request.path === path);
const who = (path: string) => seen(path).map((request) => JSON.parse(request.body.toString()).id as string);
/** Answers nothing until it is opened. */
function gateway(): { behaviour: Behaviour; waiting(): number; open(): void } {
  const held: Parameters<Behaviour>[] = [];
  let opened = false;
  const answer = does.json({ ok: true });
  return {
    behaviour: (...call) => {
      if (opened) answer(...call);
      else held.push(call);
    },
    waiting: () => held.length,
    open() {
      opened = true;
      for (const call of held) answer(...call);
    },
  };
}
const where = (city: string, group: string) => ({
  all: [
    { attribute: 'city', op: 'equals', value: city },
    { attribute: 'group', op: 'equals', value: group },
  ],
});

test('a run lets in whom its filter matches, once, of its own workspace alone, as bulk and without an event', async () => {
  const other = await h.addWorkspace('Other');
  await h.api('PATCH', '/workspace', { allow_http: true }, { key: other.key });
  await people('a', 500);
  await people('a', 40, other.key);
  const filter = where('Bern', 'a');
  const counted = await h.until('everyone to be there', async () => {
    const { body } = await h.api('GET', `/profiles/count?filter=${encodeURIComponent(JSON.stringify(filter))}`);
    return body.matched === 250 && body.total === 500 && body;
  });
  expect(counted).toEqual({ matched: 250, looked_at: counted.total, total: counted.total });
  const scenario = await campaign('/bern', { filter });
  const theirs = await campaign('/theirs', {}, {}, other.key);
  const run = await start(scenario);
  const foreign = await start(theirs, undefined, other.key);
  expect(await ends(run)).toMatchObject({
    state: 'done',
    looked_at: counted.total,
    total: counted.total,
    matched: 250,
    entered: 250,
    kept_out: 0,
    deliveries: { queued: 250, pending: 0, delivered: 250, failed: 0 },
  });
  expect(await ends(foreign, other.key)).toMatchObject({ matched: 40, entered: 40 });
  expect(new Set(who('/bern')).size).toBe(250);
  expect(who('/bern')).toHaveLength(250);
  expect(seen('/bern').every((request) => JSON.parse(request.body.toString()).event === null)).toBe(true);
  expect(who('/theirs')).toHaveLength(40);
  const [row] = await sql<{ all: number; bulk: number; depth: number }>(
    `SELECT count(*) AS all, count(*) FILTER (WHERE class = 1 AND event_id IS NULL) AS bulk, max(depth) AS depth
     FROM deliveries WHERE run_id = $1`,
    [parse('run', run.id)],
  );
  expect(row).toEqual({ all: 250, bulk: 250, depth: 1 });
  const [first] = (await h.api('GET', `/deliveries?run=${run.id}&limit=200`)).body.items;
  expect((await h.api('GET', `/deliveries?run=${run.id}&limit=200`)).body.items).toHaveLength(200);
  expect((await h.api('GET', `/enrollments/${first.enrollment}`)).body).toMatchObject({ run: run.id, event: null });
  // Another run: who may enter again does.
  expect(await ends(await start(scenario))).toMatchObject({ matched: 250, entered: 250 });
  expect(who('/bern')).toHaveLength(500);
});

test('re-entry rules hold in a campaign, and say how many they kept out', async () => {
  await people('b', 30);
  await h.until('everyone', async () => (await h.api('GET', '/profiles/count')).body.total >= 30);
  const scenario = await campaign('/once', { filter: where('Basel', 'b') }, { reentry: 'once' });
  expect(await ends(await start(scenario))).toMatchObject({ matched: 15, entered: 15, kept_out: 0 });
  expect(await ends(await start(scenario))).toMatchObject({ matched: 15, entered: 0, kept_out: 15 });
  expect(who('/once')).toHaveLength(15);
});

test('paused, a run sends no more, also when its scenario is resumed; resumed it sends the rest', async () => {
  await people('c', 400);
  const gate = gateway();
  receiver.on('/gate', gate.behaviour);
  const scenario = await campaign('/gate', { filter: { attribute: 'group', op: 'equals', value: 'c' } });
  const run = await start(scenario);
  await h.until('requests to stand', async () => gate.waiting() > 0 && (await read(run)).entered === 400);
  expect((await h.api('POST', `/runs/${run.id}/pause`)).body.state).toBe('paused');
  const held = 'SELECT count(*) AS n FROM lane_queue WHERE run_id = $1 AND due_at IS NULL AND state = 2';
  const open = 'SELECT count(*) AS n FROM lane_queue WHERE run_id = $1 AND state = 3';
  const count = async (text: string) => (await sql<{ n: number }>(text, [parse('run', run.id)]))[0]!.n;
  await h.until('what waits to be held', async () => (await count(held)) + (await count(open)) === 400);
  gate.open();
  await h.until('what was being sent to end', async () => (await count(open)) === 0);
  const before = seen('/gate').length;
  expect(before).toBeLessThan(400);
  await h.api('POST', `/scenarios/${scenario}/pause`);
  await h.api('POST', `/scenarios/${scenario}/resume`);
  expect(await count(held)).toBe(400 - before);
  expect((await h.api('POST', `/runs/${run.id}/resume`)).body.state).toBe('done');
  expect(await ends(run)).toMatchObject({ deliveries: { delivered: 400 } });
  expect(new Set(who('/gate')).size).toBe(400);
});

test('paused, a run holds who waits at a step, also when its scenario is resumed; resumed they go on, stopped they end', async () => {
  const wait = {
    start: 'wait',
    steps: [{ id: 'wait', kind: 'wait', seconds: 3_600, next: null }],
  };
  const filter = { attribute: 'group', op: 'equals', value: 'w' };
  const scenario = await campaign('/wait', { filter }, wait);
  await people('w', 4);
  const waiting = async (run: Answer) =>
    (
      await sql<{ due: boolean }>('SELECT due_at IS NOT NULL AS due FROM timers WHERE run_id = $1', [
        parse('run', run.id),
      ])
    ).map(({ due }) => due);
  const run = await start(scenario);
  await h.until('everybody to wait', async () => (await waiting(run)).length === 4);
  expect((await h.api('POST', `/runs/${run.id}/pause`)).status).toBe(200);
  await h.until('the waits to be held', async () => !(await waiting(run)).includes(true));
  for (const change of ['pause', 'resume']) await h.api('POST', `/scenarios/${scenario}/${change}`);
  expect(await waiting(run)).toEqual(Array(4).fill(false));
  await sql('UPDATE clock SET offset_ms = offset_ms + 7200000');
  expect((await h.api('POST', `/runs/${run.id}/resume`)).status).toBe(200);
  await h.until('the waits to be over', async () => (await waiting(run)).length === 0);

  const second = await start(scenario);
  await h.until('everybody to wait again', async () => (await waiting(second)).length === 4);
  await h.api('POST', `/runs/${second.id}/stop`);
  await h.until('the waits to end', async () => (await waiting(second)).length === 0);
  const ended = await sql<{ reason: string }>('SELECT reason FROM enrollments WHERE run_id = $1', [
    parse('run', second.id),
  ]);
  expect(ended).toEqual(Array(4).fill({ reason: 'the run was stopped' }));
});

test('stopped, nobody enters any more, what waits is cancelled, and it is for good', async () => {
  await people('d', 400);
  const gate = gateway();
  receiver.on('/stop', gate.behaviour);
  const scenario = await campaign('/stop', { filter: { attribute: 'group', op: 'equals', value: 'd' } });
  const run = await start(scenario);
  await h.until('requests to stand', async () => gate.waiting() > 0 && (await read(run)).entered === 400);
  expect((await h.api('POST', `/runs/${run.id}/stop`)).body.state).toBe('stopped');
  await h.until('what waits to be cancelled', async () => (await read(run)).deliveries.cancelled > 0);
  gate.open();
  const end = await h.until('the rest to end', async () => {
    const now = await read(run);
    return now.deliveries.pending === 0 && now;
  });
  expect(end.deliveries.delivered + end.deliveries.cancelled).toBe(400);
  expect(end.deliveries.delivered).toBe(seen('/stop').length);
  expect((await h.api('POST', `/runs/${run.id}/resume`)).status).toBe(409);
  const [left] = (await h.api('GET', `/deliveries?run=${run.id}&state=cancelled&limit=1`)).body.items;
  expect(left.reason.code).toBe('run_stopped');
});

test('a run at a time begins then; one that is stopped before never does', async () => {
  await people('e', 4);
  const scenario = await campaign('/later', { filter: { attribute: 'group', op: 'equals', value: 'e' } });
  const at = (ms: number) => ({ at: new Date(h.stage.clock.now() + ms).toISOString() });
  expect((await h.api('POST', `/scenarios/${scenario}/runs`, at(-3_600_000))).status).toBe(422);
  const run = await start(scenario, at(3_600_000));
  const never = await start(scenario, at(1_800_000));
  expect(run.state).toBe('waiting');
  await h.api('POST', `/runs/${never.id}/stop`);
  await h.advance(3_500_000);
  expect((await read(run)).state).toBe('waiting');
  await h.advance(200_000);
  expect(await ends(run)).toMatchObject({ entered: 4 });
  expect(await read(never)).toMatchObject({ state: 'stopped', looked_at: 0 });
});

test('what is no campaign, or no active one, is not started, and says why', async () => {
  const scenario = await campaign('/no', { filter: { attribute: 'group', op: 'equals', value: 'nobody' } });
  const starts = async (id: string) => {
    const { status, body } = await h.api('POST', `/scenarios/${id}/runs`);
    return `${status} ${body.detail}`;
  };
  await h.api('POST', `/scenarios/${scenario}/pause`);
  expect(await starts(scenario)).toMatch(/^409 .*paused.*Resume it first/);
  await h.api('POST', `/scenarios/${scenario}/archive`);
  expect(await starts(scenario)).toMatch(/^409 .*archived/);
  const draft = { trigger: { kind: 'event', event: 'x' }, start: 'e', steps: [{ id: 'e', kind: 'exit' }] };
  const made = (await h.api('POST', '/scenarios', { name: 'by event', draft })).body.id;
  expect(await starts(made)).toMatch(/^409 .*draft/);
  await h.api('POST', `/scenarios/${made}/publish`);
  expect(await starts(made)).toMatch(/^409 .*started by an event/);
  for (const [trigger, field] of [
    [{ kind: 'campaign', filter: { property: 'x', op: 'exists' } }, 'trigger.filter'],
    [{ kind: 'campaign', calendar: 'now and then' }, 'trigger.calendar'],
  ] as const) {
    await h.api('PATCH', `/scenarios/${made}`, { draft: { ...draft, trigger } });
    const { problems } = (await h.api('POST', `/scenarios/${made}/check`)).body;
    expect(problems.map((one: { field: string }) => one.field)).toEqual([field]);
  }
});

test('a calendar runs at 9:00 of the workspace, before and after the change to summer time, and not while paused', async () => {
  await h.api('PATCH', '/workspace', { time_zone: 'Europe/Berlin' });
  await people('f', 3);
  await h.until('everyone', async () => (await h.api('GET', '/profiles?identifier=user_id:f2')).body.items[0]);
  const to = async (text: string) => h.advance(Date.parse(text) - h.stage.clock.now());
  // The night before the clocks go forward.
  await to('2027-03-27T20:00:00Z');
  const filter = { attribute: 'group', op: 'equals', value: 'f' };
  const scenario = await campaign('/daily', { filter, calendar: '0 9 * * *' });
  const runs = async () => (await h.api('GET', `/scenarios/${scenario}/runs`)).body;
  const first = await h.until('the calendar', async () => {
    const found = await runs();
    return found.next_by_calendar.length > 0 && found;
  });
  expect(first.next_by_calendar.slice(0, 2)).toEqual(['2027-03-28T07:00:00.000Z', '2027-03-29T07:00:00.000Z']);
  const went = (n: number) =>
    h.until(`${n} runs`, async () => {
      const { items } = await runs();
      return items.length === n && items[0].state === 'done' && items[0].entered === 3 && items;
    });
  await to('2027-03-28T06:59:50Z');
  expect((await runs()).items).toEqual([]);
  await to('2027-03-28T07:00:01Z');
  expect((await went(1))[0]).toMatchObject({ by_calendar: true, starts_at: '2027-03-28T07:00:00.000Z' });
  await to('2027-03-29T07:00:01Z');
  expect((await went(2))[0].starts_at).toBe('2027-03-29T07:00:00.000Z');
  // While it is paused no run is made, and none is made up for.
  await h.api('POST', `/scenarios/${scenario}/pause`);
  await h.until('the calendar to be gone', async () => (await runs()).next_by_calendar.length === 0);
  await to('2027-03-30T08:00:00Z');
  await h.api('POST', `/scenarios/${scenario}/resume`);
  const next = await h.until('the calendar', async () => (await runs()).next_by_calendar[0]);
  expect(next).toBe('2027-03-31T07:00:00.000Z');
  expect((await runs()).items).toHaveLength(2);
  // Another time zone counts from the next occurrence on.
  await h.api('PATCH', '/workspace', { time_zone: 'America/New_York' });
  await h.until('it', async () => (await runs()).next_by_calendar[0] === '2027-03-30T13:00:00.000Z');
  const calendar = (await h.api('GET', `/calendar?expression=${encodeURIComponent('30 2 * * *')}`)).body;
  expect(calendar).toMatchObject({ time_zone: 'America/New_York' });
  expect(calendar.next).toHaveLength(5);
});
