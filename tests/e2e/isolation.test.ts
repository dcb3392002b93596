import { afterAll, beforeAll, expect, test } from 'vitest';
import { SCOPES } from '../../server/accounts/index.ts';
import { apiRoutes } from '../../server/api/index.ts';
import type { Fact } from '../../server/flow/inbox/index.ts';
import { raiseNotice } from '../../server/notices/index.ts';
import { newId, parse, present } from '../../server/platform/ids.ts';
import { CLASS, FACT, ORIGIN } from '../../server/schema/index.ts';
import { type Handoff, startHandoff } from '../stage/handoff.ts';
import { does, startReceiver } from '../stage/receiver.ts';
import { sampleOf } from '../stage/sample.ts';

// Goes through every route there is: a new one joins by itself. One whose path names a new kind of thing needs an
// example of it in `fill`; one whose body has a field that not any text fits needs a value in BODY.
const BODY = {
  url: 'https://api.example/x',
  identifiers: { user_id: 'someone' },
  email: 'someone@example.com',
  concurrency: 1,
};

type Route = (typeof apiRoutes)[number];
interface House {
  workspace: string;
  key: string;
  /** Occurs in everything that can hold a name. */
  mark: string;
  /** An example of each kind of thing, by idKind or by the parameter's name. */
  ids: Record<string, string>;
}

/** What is the same in every workspace. */
const EVERYBODYS = new Set(['/gallery/{key}']);

let h: Handoff;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
let mine: House;
let theirs: House;

beforeAll(async () => {
  h = await startHandoff();
  receiver = await startReceiver();
  receiver.on('/x', does.json({ ok: true }));
  mine = await fill('mine7f3a');
  theirs = await fill('theirs5c1d');
});
afterAll(async () => {
  await receiver.close();
  await h.stop();
});

/** A workspace with something of everything in it, at rest. */
async function fill(mark: string): Promise<House> {
  const { id: workspace, key } = await h.addWorkspace(mark);
  const call = async (method: string, path: string, body?: unknown) => {
    const answer = await h.api(method, path, body, { key });
    expect(answer.status, `${method} ${path}: ${JSON.stringify(answer.body)}`).toBeLessThan(300);
    return answer.body;
  };
  await call('PATCH', '/workspace', { allow_http: true });
  await call('POST', '/attributes', { name: mark, type: 'text' });
  const apiKey = await call('POST', '/api-keys', { name: mark, scopes: ['read'] });
  const signingKey = await call('POST', '/signing-keys', { name: mark });
  const credential = await call('POST', '/credentials', {
    name: mark,
    prefix: receiver.url,
    auth: { kind: 'bearer', token: `secret of ${mark}` },
  });
  const header = { name: 'X-Key', value: `secret of ${mark}`, secret: true };
  const definition = { url: `${receiver.url}/x`, body: mark, format: 'text', headers: [header] };
  const webhook = await call('POST', '/webhooks', { name: mark, key: mark, definition });
  const draft = {
    trigger: { kind: 'event', event: mark },
    start: 'call',
    steps: [{ id: 'call', kind: 'webhook', webhook: webhook.id }],
  };
  const scenario = await call('POST', '/scenarios', { name: mark, draft });
  await call('POST', `/scenarios/${scenario.id}/publish`);
  const campaign = { ...draft, trigger: { kind: 'campaign' } };
  const planned = await call('POST', '/scenarios', { name: `${mark} campaign`, draft: campaign });
  await call('POST', `/scenarios/${planned.id}/publish`);
  const at = new Date(h.stage.clock.now() + 86_400_000).toISOString();
  const run = await call('POST', `/scenarios/${planned.id}/runs`, { at });
  const batch = [
    { type: 'identify', userId: mark, traits: { [mark]: mark } },
    { type: 'track', userId: mark, event: mark, properties: { a: mark } },
    { type: 'track', event: mark },
  ];
  expect((await h.track('batch', { batch }, key)).body.rejected).toHaveLength(1);
  const delivery = await h.until(
    'the delivery',
    async () => (await h.api('GET', '/deliveries?state=delivered', undefined, { key })).body.items[0],
  );
  const enrollment = await h.until('the end', async () => {
    const found = await h.api('GET', `/enrollments/${delivery.enrollment}`, undefined, { key });
    return found.body.state === 'ended' && found.body;
  });
  const fact: Fact = {
    workspaceId: workspace,
    profileId: parse('profile', delivery.profile)!,
    id: newId(h.stage.clock.now()),
    kind: FACT.track,
    class: CLASS.live,
    origin: ORIGIN.event,
    depth: 0,
    occurredAt: 5,
    receivedAt: 5,
    name: mark,
    body: '{}',
    meta: null,
  };
  const failed = [
    workspace,
    fact.id,
    fact.profileId,
    JSON.stringify({ ...fact, partition: 0, seq: 1, tries: 3 }),
    mark,
  ];
  await h.stage.database.run({ name: '', text: 'INSERT INTO failed_facts VALUES ($1, $2, $3, $4, $5, 5)' }, failed);
  const member = newId(h.stage.clock.now());
  await h.stage.database.run(
    {
      name: '',
      text: `WITH p AS (INSERT INTO people VALUES ($1, $1, $1 || '@example.com', false, NULL, now(), now()) RETURNING id)
        INSERT INTO members (workspace_id, person_id, id, role, created_at) SELECT $2, id, $3, 'viewer', 0 FROM p`,
    },
    [mark, workspace, member],
  );
  const inspector = await call('POST', '/inspectors', { name: mark });
  const policy = await call('POST', '/policies', { name: mark, concurrency: 1 });
  const resend = await call('POST', '/resends', { filter: { reason: mark } });
  await h.until('the resend', async () => {
    const found = await h.api('GET', `/resends/${resend.id}`, undefined, { key });
    return found.body.state === 'done';
  });
  const link = await call('POST', '/invitations', { email: `${mark}@invited.example`, role: 'viewer' });
  await raiseNotice(
    h.stage.database,
    { workspaceId: workspace, kind: 'origin_broken', subject: mark, message: mark },
    h.stage.clock.now(),
  );
  const [notice] = (await h.api('GET', '/notices', undefined, { key })).body.items;
  const ids = {
    notice: notice.id,
    inspector: inspector.id,
    policy: policy.id,
    resend: resend.id,
    member: present('member', member),
    link: link.id,
    apiKey: apiKey.id,
    signingKey: signingKey.id,
    credential: credential.id,
    webhook: webhook.id,
    scenario: scenario.id,
    run: run.id,
    profile: delivery.profile,
    delivery: delivery.id,
    enrollment: enrollment.id,
    event: delivery.event,
    fact: present('fact', fact.id),
    // Parameters that are no ids.
    key: 'slack-visit',
    name: mark,
    version: '1',
  };
  return { workspace, key, mark, ids };
}

/** Path parameters of a route, with what fills each. */
function parametersOf(route: Route): { name: string; kind: string; isId: boolean }[] {
  return Object.entries(route.params?.shape ?? {}).map(([name, schema]) => {
    const kind = (schema.meta() as { idKind?: string } | undefined)?.idKind;
    return { name, kind: kind ?? name, isId: kind !== undefined };
  });
}

function example(house: House, kind: string): string {
  const found = house.ids[kind];
  if (found === undefined) throw new Error(`This test has no example of "${kind}". Give it one in \`fill\`.`);
  return found;
}

/** Calls a route with `caller`'s key; each parameter is taken from the house that `from` says. */
function call(route: Route, caller: string | null, from: (parameter: string) => House, query = '') {
  let path = route.path;
  for (const { name, kind } of parametersOf(route)) path = path.replace(`{${name}}`, example(from(name), kind));
  expect(path).not.toContain('{');
  const body = route.body && sampleOf(route.body, BODY);
  return h.api(route.method, `${path}${query}`, body, { key: caller ?? 'hk_nobody' });
}

/** Everything that the database holds of a workspace, but for what the engine and delivery keep in order by themselves. */
async function snapshot(workspace: string): Promise<Record<string, string>> {
  const sql = <Row>(text: string, values: unknown[] = []) => h.stage.database.run<Row>({ name: '', text }, values);
  const tables = await sql<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'workspace_id'
     WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace
     AND c.relname NOT IN ('lanes', 'counters', 'counter_deltas')`,
  );
  expect(tables.length).toBeGreaterThan(15);
  const held: Record<string, string> = {};
  for (const { name } of tables) {
    const [row] = await sql<{ all: string | null }>(
      `SELECT string_agg(t::text, E'\\n' ORDER BY t::text) AS all FROM ${name} t WHERE workspace_id = $1`,
      [workspace],
    );
    held[name] = row?.all ?? '';
  }
  const [row] = await sql<{ all: string }>('SELECT w::text AS all FROM workspaces w WHERE id = $1', [workspace]);
  held.workspaces = row!.all;
  return held;
}

const label = (route: Route) => `${route.method} ${route.path}`;

test('every route refuses a call without a key, and with a key that lacks its scope', async () => {
  const lacking = new Map<string, string>();
  for (const scope of SCOPES) {
    const scopes = SCOPES.filter((one) => one !== scope);
    const made = await h.api('POST', '/api-keys', { name: `no ${scope}`, scopes }, { key: mine.key });
    lacking.set(scope, made.body.key);
  }
  for (const route of apiRoutes) {
    const nobody = await call(route, null, () => mine);
    expect([label(route), nobody.status]).toEqual([label(route), 401]);
    const refused = await call(route, lacking.get(route.scope)!, () => mine);
    expect([label(route), refused.status]).toEqual([label(route), 403]);
    expect(refused.body.detail).toContain(`"${route.scope}"`);
  }
});

test("every route with another workspace's ids answers 404 and changes nothing", async () => {
  const before = await snapshot(theirs.workspace);
  let called = 0;
  for (const route of apiRoutes) {
    const parameters = parametersOf(route);
    if (parameters.length === 0 || EVERYBODYS.has(route.path)) continue;
    // All foreign; and, where a path names several things, each alone foreign among our own.
    const foreign = parameters.filter((p) => p.isId || parameters.length === 1).map((p) => new Set([p.name]));
    for (const names of [new Set(parameters.map((p) => p.name)), ...foreign]) {
      const answer = await call(route, mine.key, (name) => (names.has(name) ? theirs : mine));
      called++;
      expect([label(route), [...names], answer.status]).toEqual([label(route), [...names], 404]);
      expect(JSON.stringify(answer.body)).not.toContain(theirs.mark);
    }
  }
  expect(called).toBeGreaterThan(30);
  expect(await snapshot(theirs.workspace)).toEqual(before);
});

test('every other route answers nothing of another workspace and changes nothing there', async () => {
  const before = await snapshot(theirs.workspace);
  const shared = new Set(['version', 'key']);
  const never = [theirs.mark, ...Object.entries(theirs.ids).flatMap(([kind, id]) => (shared.has(kind) ? [] : id))];
  for (const route of apiRoutes) {
    if (parametersOf(route).length > 0) continue;
    const filters = Object.keys(route.query?.shape ?? {}).filter((name) => name in theirs.ids);
    const needed = Object.entries(route.query?.shape ?? {}).some(([, schema]) => !schema.safeParse(undefined).success);
    const queries = [...(needed ? [] : ['']), ...filters.map((name) => `?${name}=${theirs.ids[name]}`)];
    if (route.query && 'identifier' in route.query.shape) queries.push(`?identifier=user_id:${theirs.mark}`);
    if (route.query && 'q' in route.query.shape) queries.push(`?q=${theirs.mark}`);
    for (const query of queries) {
      const answer = await call(route, mine.key, () => mine, query);
      expect(answer.status, `${label(route)}${query}: ${JSON.stringify(answer.body)}`).toBeLessThan(500);
      if (route.method === 'GET') expect(answer.status).toBe(200);
      const text = JSON.stringify(answer.body);
      for (const word of never) expect(text.includes(word), `${label(route)}${query} shows ${word}`).toBe(false);
    }
  }
  expect(await snapshot(theirs.workspace)).toEqual(before);
});

test("another workspace's ids inside a body are refused", async () => {
  const before = await snapshot(theirs.workspace);
  const definition = { url: 'https://api.example/x', signing: { key: theirs.ids.signingKey } };
  expect(await h.api('POST', '/webhooks', { name: 'x', definition }, { key: mine.key })).toMatchObject({
    status: 422,
    body: { errors: [{ field: 'definition.signing.key' }] },
  });
  for (const path of ['/webhooks', '/webhooks/test']) {
    const foreign = { url: `${receiver.url}/x`, credential: theirs.ids.credential };
    expect(
      await h.api('POST', path, { ...(path === '/webhooks' && { name: 'x' }), definition: foreign }, { key: mine.key }),
    ).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'definition.credential' }] },
    });
  }
  for (const webhook of [theirs.ids.webhook, theirs.mark]) {
    const draft = {
      trigger: { kind: 'event', event: 'e' },
      start: 'call',
      steps: [{ id: 'call', kind: 'webhook', webhook }],
    };
    const made = await h.api('POST', '/scenarios', { name: 'x', draft }, { key: mine.key });
    expect((await h.api('POST', `/scenarios/${made.body.id}/publish`, undefined, { key: mine.key })).status).toBe(422);
  }
  // A trial takes no secret, profile or event of another workspace.
  const trial = { definition: { url: `${receiver.url}/x`, body: '{}' } };
  for (const path of ['/webhooks/preview', '/webhooks/test'])
    for (const foreign of [{ webhook: theirs.ids.webhook }, { profile: theirs.ids.profile }])
      expect((await h.api('POST', path, { ...trial, ...foreign }, { key: mine.key })).status, path).toBe(404);
  // A resend finds nothing of another workspace.
  for (const filter of [{ webhook: theirs.ids.webhook }, { profile: theirs.ids.profile }])
    expect((await h.api('POST', '/resends/preview', { filter }, { key: mine.key })).body).toMatchObject({ count: 0 });
  // The same person, told to both, is two profiles.
  expect((await h.track('identify', { userId: theirs.mark, traits: { a: 1 } }, mine.key)).status).toBe(200);
  const own = await h.until(
    'our own profile',
    async () =>
      (await h.api('GET', `/profiles?identifier=user_id:${theirs.mark}`, undefined, { key: mine.key })).body.items[0],
  );
  expect(own.id).not.toBe(theirs.ids.profile);
  expect(await snapshot(theirs.workspace)).toEqual(before);
});

test('the same calls with their own key find what they name', async () => {
  // A thing is deleted after what belongs to it.
  const last = (route: Route) => (route.method === 'DELETE' ? 1 / route.path.split('/').length : 0);
  for (const route of [...apiRoutes].sort((a, b) => last(a) - last(b))) {
    if (parametersOf(route).length === 0) continue;
    const answer = await call(route, theirs.key, () => theirs);
    const said = `${label(route)}: ${JSON.stringify(answer.body)}`;
    expect(answer.status, said).not.toBe(404);
    expect(answer.status, said).toBeLessThan(500);
    if (route.method === 'GET') expect(answer.status, said).toBe(200);
  }
});
