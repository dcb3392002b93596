import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Handoff, startHandoff } from '../../../tests/stage/handoff.ts';
import { does, type Receiver, startReceiver } from '../../../tests/stage/receiver.ts';

let h: Handoff;
let receiver: Receiver;
/** Another installation, as far as the file goes. */
let there: string;
beforeAll(async () => {
  h = await startHandoff({ allow: ['127.0.0.1/32'] });
  receiver = await startReceiver();
  receiver.on('/crm', does.json({ id: 7 }));
  there = (await h.addWorkspace('there')).key;
  for (const key of [h.key, there]) await h.api('PATCH', '/workspace', { allow_http: true }, { key });
});
afterAll(async () => {
  await receiver.close();
  await h.stop();
});

const SECRET = 'secret-of-the-first-0815';
const bring = (document: string, more: object = {}, dry = false) =>
  h.api('POST', `/import${dry ? '?dry_run=true' : ''}`, { document, ...more }, { key: there });
const outcomes = (answer: { body: { items: { key: string; outcome: string }[] } }) =>
  Object.fromEntries(answer.body.items.map(({ key, outcome }) => [key, outcome]));
const count = async () =>
  (
    await h.stage.database.run<{ n: number }>({
      name: '',
      text: 'SELECT (SELECT count(*) FROM webhook_versions) + (SELECT count(*) FROM scenarios) + (SELECT count(*) FROM policies) AS n',
    })
  )[0]!.n;
let file: string;

it('webhooks, scenarios and policies go to another installation without secrets and ids, and come back the same', async () => {
  const policy = (await h.api('POST', '/policies', { name: 'Slow CRM', rate: 5, per: 'second' })).body;
  const key = (await h.api('POST', '/signing-keys', { name: 'CRM key' })).body;
  const definition = {
    url: `${receiver.url}/crm`,
    language: 'jinja',
    body: '{"email": "{{ customer.email }}"}',
    headers: [
      { name: 'Authorization', value: SECRET, secret: true },
      { name: 'X-Team', value: 'sales' },
    ],
    signing: { scheme: 'sha256', key: key.id },
    mapping: [{ path: '$.id', attribute: 'crm_id' }],
    success: { path: 'total', op: 'equals', value: 12.5 },
    batch: { size: 10, customer: '{"email": "{{ customer.email }}"}' },
  };
  const crm = (await h.api('POST', '/webhooks', { name: 'CRM', key: 'crm', description: 'Tells it.', definition }))
    .body;
  await h.api('PATCH', `/webhooks/${crm.id}`, { policy: policy.id });
  await h.api('POST', '/webhooks', { name: 'Unused', key: 'unused', definition: { url: `${receiver.url}/x` } });
  const draft = {
    trigger: { kind: 'event', event: 'order', filter: { property: 'total', op: 'greater_than', value: 1 } },
    start: 'call',
    steps: [{ id: 'call', kind: 'webhook', webhook: crm.id }],
  };
  const scenario = (await h.api('POST', '/scenarios', { name: 'Orders', draft })).body;
  expect((await h.api('POST', `/scenarios/${scenario.id}/publish`)).status).toBe(200);

  const exported = await h.api('GET', `/export?scenarios=${scenario.id}`);
  expect(exported.status).toBe(200);
  file = exported.body;
  expect(file).not.toMatch(new RegExp(`${SECRET}|(whk|scn|pol|sgk)_|unused`));
  expect(file).toContain('Webhook crm: the value of its secret header Authorization');
  expect(file).toContain('webhook: crm');
  expect(file).toContain('key_name: CRM key');

  const before = await count();
  const dry = await bring(file, {}, true);
  expect(dry.body).toMatchObject({ applied: false, problems: [] });
  expect(outcomes(dry)).toEqual({ 'Slow CRM': 'create', crm: 'create', Orders: 'create' });
  expect(dry.body.add_by_hand.join()).toMatch(/secret header Authorization.*signing key named CRM key/);
  expect(await count()).toBe(before);

  await h.api('POST', '/signing-keys', { name: 'CRM key' }, { key: there });
  const done = await bring(file);
  expect(done.body).toMatchObject({ applied: true });
  const list = await h.api('GET', '/webhooks', undefined, { key: there });
  expect(list.body.items).toMatchObject([
    { key: 'crm', name: 'CRM', description: 'Tells it.', enabled: false, version: 1 },
  ]);
  const [made] = (await h.api('GET', '/scenarios', undefined, { key: there })).body.items;
  expect(made).toMatchObject({ name: 'Orders', state: 'draft', version: null });
  expect(made.id).not.toBe(scenario.id);

  // It runs where it comes from, and is a draft where it has come to.
  expect(file).not.toContain('draft:');
  const again = (await h.api('GET', '/export', undefined, { key: there })).body;
  expect(again.replace(/^ +enabled: false\n/m, '').replace(/^ +draft: never published\n/m, '')).toBe(file);
  const told = await h.api('POST', '/import?dry_run=true', { document: again });
  expect(told.body.items.at(-1).message).toBe('It is a draft: where it comes from it was never published.');
  await h.api('PATCH', `/scenarios/${scenario.id}`, { draft: { ...draft, trigger: { kind: 'event', event: 'sale' } } });
  expect((await h.api('GET', `/export?scenarios=${scenario.id}`)).body).toContain(
    'draft: changed since it was published',
  );
  await h.api('PATCH', `/scenarios/${scenario.id}`, { draft });
  expect(outcomes(await bring(again))).toEqual({ 'Slow CRM': 'same', crm: 'same', Orders: 'same' });
  expect(outcomes(await h.api('POST', '/import?dry_run=true', { document: file }))).toEqual({
    'Slow CRM': 'same',
    crm: 'same',
    Orders: 'same',
  });
  const json = await h.api('GET', `/export?scenarios=${scenario.id}&format=json`);
  expect(json.body).toMatchObject({ handoff: 1, webhooks: [{ key: 'crm' }] });
  expect(outcomes(await bring(JSON.stringify(json.body), {}, true))).toEqual({
    'Slow CRM': 'same',
    crm: 'same',
    Orders: 'same',
  });
});

it('what is there gets a new version and keeps its secrets, or a copy beside it; nothing runs by itself', async () => {
  const [crm] = (await h.api('GET', '/webhooks', undefined, { key: there })).body.items;
  const own = 'secret-of-the-second-4711';
  const headers = crm.definition.headers.map((one: { secret: boolean }) => (one.secret ? { ...one, value: own } : one));
  const definition = { ...crm.definition, headers, batch: undefined };
  expect((await h.api('PUT', `/webhooks/${crm.id}/definition`, definition, { key: there })).status).toBe(200);
  await h.api('PATCH', `/webhooks/${crm.id}`, { enabled: true }, { key: there });
  const [scenario] = (await h.api('GET', '/scenarios', undefined, { key: there })).body.items;
  await h.api('POST', `/scenarios/${scenario.id}/publish`, undefined, { key: there });

  const edited = file.replace('X-Team', 'X-Squad').replace('event: order', 'event: sale').replace('rate: 5', 'rate: 9');
  const changed = await bring(edited);
  expect(outcomes(changed)).toEqual({ 'Slow CRM': 'keep', crm: 'change', Orders: 'change' });
  expect(changed.body.items[1].changes).toEqual(expect.arrayContaining(['headers', 'batch']));
  expect(changed.body.add_by_hand.join()).not.toContain('Authorization');
  const now = (await h.api('GET', `/webhooks/${crm.id}`, undefined, { key: there })).body;
  expect(now).toMatchObject({ version: 3, enabled: true });
  const { batch: _, ...single } = now.definition;
  await h.api('POST', '/webhooks/test', { definition: single, webhook: crm.id }, { key: there });
  const wire = receiver.requests.at(-1)!;
  expect(wire.headers).toMatchObject({ authorization: own, 'x-squad': 'sales' });
  const after = (await h.api('GET', `/scenarios/${scenario.id}`, undefined, { key: there })).body;
  expect(after).toMatchObject({ version: 1, state: 'active', draft: { trigger: { event: 'sale' } } });

  // Another origin: the stored secret isn't for it.
  const moved = edited.replaceAll(receiver.url, 'https://elsewhere.example');
  const gone = await bring(moved);
  expect(gone.body.add_by_hand.join()).toContain('secret header Authorization');
  expect((await h.api('GET', `/webhooks/${crm.id}`, undefined, { key: there })).body).toMatchObject({ enabled: false });

  const [stored] = await h.stage.database.run<{ none: boolean }>({
    name: '',
    text: 'SELECT secrets IS NULL AS none FROM webhook_versions ORDER BY created_at DESC, version DESC LIMIT 1',
  });
  expect(stored).toEqual({ none: true });

  const copied = await bring(file, { existing: 'copy' });
  expect(outcomes(copied)).toEqual({ 'Slow CRM': 'same', 'crm-copy': 'copy', Orders: 'copy' });
  const { items } = (await h.api('GET', '/scenarios', undefined, { key: there })).body;
  expect(items[0]).toMatchObject({
    name: 'Orders (imported)',
    state: 'draft',
    draft: { steps: [{ webhook: 'crm-copy' }] },
  });
});

it('a file that can’t be imported as a whole changes nothing and names the place', async () => {
  const before = await count();
  const refused = async (document: string, field: string, status = 422) => {
    const answer = await bring(document);
    expect(answer.status, JSON.stringify(answer.body)).toBe(status);
    if (field) expect(answer.body.errors.map((one: { field: string }) => one.field)).toContain(field);
  };
  await refused('handoff: 2', 'handoff');
  await refused(
    file.replace(/( +)secret: true\n/, '$1secret: true\n$1value: x\n'),
    'webhooks.0.definition.headers.0.value',
  );
  await refused(file.replace('webhook: crm', 'webhook: nobody'), 'scenarios.0.definition.steps.0.webhook');
  await refused(file.replace('policy: Slow CRM', 'policy: Nobody’s'), 'webhooks.0.policy');
  await refused(file.replace(/( +)url: http/, '$1odd: 1\n$1url: http'), 'webhooks.0.definition.odd');
  await refused(file.replace('{{ customer.email }}', '{{ customer.email'), 'webhooks.0.definition.body');
  await refused('a: &a 1\nb: *a', 'document');
  // A deleted webhook keeps its key.
  const { items } = (await h.api('GET', '/webhooks', undefined, { key: there })).body;
  await h.api('DELETE', `/webhooks/${items[0].id}`, undefined, { key: there });
  await refused(file, '', 409);
  const reading = (await h.api('POST', '/api-keys', { name: 'r', scopes: ['webhooks'] }, { key: there })).body.key;
  expect((await h.api('POST', '/import', { document: file }, { key: reading })).status).toBe(403);
  expect(await count()).toBe(before);
  const [mine] = (await h.api('GET', '/webhooks')).body.items;
  expect((await h.api('GET', `/export?webhooks=${mine.id}`, undefined, { key: there })).status).toBe(404);
});

it('a credential is found by its name and goes nowhere else than before; a preset stays one', async () => {
  const auth = { kind: 'bearer', token: 'token-of-the-first-1234' };
  const credential = { name: 'Shop', prefix: `${receiver.url}/shop`, auth };
  const { id } = (await h.api('POST', '/credentials', credential)).body;
  const definition = { url: `${receiver.url}/shop/orders`, credential: id, body: '{}' };
  const made = (await h.api('POST', '/webhooks', { name: 'Shop', key: 'shop', definition })).body;
  await h.api('PUT', `/webhooks/${made.id}/preset`, { icon: '🛒', color: 'pink' });
  const shop = (await h.api('GET', `/export?webhooks=${made.id}`)).body as string;
  expect(shop).not.toMatch(/crd_|token-of/);
  expect(shop).not.toContain(id);
  expect(shop).toContain(`a credential named Shop for ${receiver.url}/shop`);

  const first = await bring(shop);
  expect(first.body.add_by_hand).toEqual([expect.stringContaining('a credential named Shop')]);
  const at = `/webhooks/${first.body.items[0].id}`;
  const seen = async () => (await h.api('GET', at, undefined, { key: there })).body;
  expect(await seen()).toMatchObject({ enabled: false });
  const own = (await h.api('POST', '/credentials', { ...credential, prefix: 'https://other.example/' }, { key: there }))
    .body;
  const elsewhere = await bring(shop);
  expect(elsewhere.body).toMatchObject({
    applied: true,
    add_by_hand: [
      expect.stringMatching(
        /a credential named Shop whose prefix .*\(here it is for https:\/\/other\.example\/ alone\)/,
      ),
    ],
  });
  expect((await seen()).definition.credential).toBe(undefined);
  await h.api('PATCH', `/credentials/${own.id}`, credential, { key: there });
  const second = await bring(shop);
  expect(second.body).toMatchObject({ items: [{ outcome: 'change', changes: ['credential'] }], add_by_hand: [] });
  expect((await seen()).definition.credential).toBe(own.id);
  const presets = await h.api('GET', '/presets', undefined, { key: there });
  expect(presets.body.items).toMatchObject([{ key: 'shop', icon: '🛒', color: 'pink' }]);
});

it('two scenarios of one name are told apart in the file', async () => {
  const ids: string[] = [];
  for (const n of [1, 2]) {
    const made = await h.api('POST', '/scenarios', { name: 'Twins', description: `${n}`, draft: {} });
    ids.push(made.body.id);
  }
  const exported = await h.api('GET', `/export?scenarios=${ids.join(',')}`);
  expect(outcomes(await bring(exported.body))).toEqual({ Twins: 'create', 'Twins (2)': 'create' });
});
