import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Handoff, startHandoff } from '../stage/handoff.ts';
import { does, startReceiver } from '../stage/receiver.ts';

let h: Handoff;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
beforeAll(async () => {
  h = await startHandoff();
  receiver = await startReceiver();
  await h.api('PATCH', '/workspace', { allow_http: true });
});
afterAll(async () => {
  await receiver.close();
  await h.stop();
});

const parameters = [
  { name: 'greeting', label: 'Greeting', required: true },
  { name: 'limit', type: 'number', default: 5 },
  { name: 'loud', type: 'boolean', default: false },
  { name: 'tone', type: 'choice', choices: ['warm', 'cool'], default: 'warm' },
  { name: 'more', type: 'json' },
];
const given = { greeting: 'Hi "you"\n', limit: 12.5, more: { a: [1] } };
const whole = { hi: 'Hi "you"\n', limit: 12.5, loud: false, tone: 'warm', more: { a: [1] } };
const inJinja =
  '{"hi":"{{ parameters.greeting }}","limit":{{ parameters.limit }},"loud":{{ parameters.loud }},"tone":"{{ parameters.tone }}","more":{{ parameters.more }}}';
const LANGUAGES = {
  liquid: inJinja,
  mustache: inJinja.replaceAll('{{ ', '{{').replaceAll(' }}', '}}'),
  velocity: inJinja.replace(/\{\{ (.*?) \}\}/g, '$!$1'),
  jinja: inJinja.replace('{{ parameters.greeting }}', '[[greeting]]').replace('{{ parameters.tone }}', '[[ tone ]]'),
};

async function webhook(definition: object): Promise<{ id: string; definition: object }> {
  const made = await h.api('POST', '/webhooks', {
    name: 'Greet',
    definition: { url: `${receiver.url}/greet`, parameters, ...definition },
  });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return made.body;
}
const draftOf = (webhook: string, values: object) => ({
  trigger: { kind: 'event', event: 'Came' },
  start: 'greet',
  steps: [{ id: 'greet', kind: 'webhook', webhook, parameters: values }],
});
const last = async (n: number) => JSON.parse((await receiver.waitFor(n))[n - 1]!.body.toString());

test('a preview fills in what is given and the defaults, in every language', async () => {
  for (const [language, body] of Object.entries(LANGUAGES)) {
    const definition = { url: `${receiver.url}/greet`, parameters, language, body };
    const seen = await h.api('POST', '/webhooks/preview', { definition, typed: { parameters: given } });
    expect(seen.body.problems, language).toEqual([]);
    expect(JSON.parse(seen.body.request.body.content), language).toEqual(whole);
  }
});

test('values travel with the version: publishing wants them whole; deliveries keep them, dry runs have them', async () => {
  const made = await webhook({ body: LANGUAGES.liquid });
  const wrong = await h.api('POST', '/scenarios', {
    name: 'S',
    draft: draftOf(made.id, { limit: 'five', tone: 'hot' }),
  });
  expect(wrong.status).toBe(422);
  expect(wrong.body.errors).toEqual([
    { field: 'draft.steps.0.parameters.limit', message: 'The parameter "limit" must be a number.' },
    { field: 'draft.steps.0.parameters.tone', message: 'The parameter "tone" must be one of: warm, cool.' },
  ]);
  const { id } = (await h.api('POST', '/scenarios', { name: 'S', draft: draftOf(made.id, { limti: 1 }) })).body;
  const refused = await h.api('POST', `/scenarios/${id}/publish`);
  expect(refused.body.errors).toEqual([
    {
      field: 'steps.greet.parameters.greeting',
      message: 'The parameter "Greeting" (greeting) is required. Fill it in.',
    },
    { field: 'steps.greet.parameters.limti', message: expect.stringContaining('has no parameter "limti"') },
  ]);
  await h.api('PATCH', `/scenarios/${id}`, { draft: draftOf(made.id, given) });
  expect((await h.api('POST', `/scenarios/${id}/publish`)).status).toBe(200);

  receiver.on('/greet', does.statuses(500, 200));
  await h.track('track', { userId: 'ada', event: 'Came' });
  expect(await last(1)).toEqual(whole);
  // Another version, while the first one's delivery is still to be tried again.
  await h.api('PATCH', `/scenarios/${id}`, { draft: draftOf(made.id, { greeting: 'Second', loud: true }) });
  await h.api('POST', `/scenarios/${id}/publish`);
  await h.advance(10_000);
  expect(await last(2)).toEqual(whole);
  receiver.on('/greet', does.json({}));
  await h.track('track', { userId: 'ada', event: 'Came' });
  const second = { hi: 'Second', limit: 5, loud: true, tone: 'warm', more: null };
  expect(await last(3)).toMatchObject({ hi: 'Second', limit: 5, loud: true });

  const profile = (await h.api('GET', '/profiles?identifier=user_id:ada')).body.items[0].id;
  const dry = await h.api('POST', `/scenarios/${id}/dry-run`, { profile });
  expect(JSON.parse(dry.body.path[0].request.body.content)).toEqual(second);
});

test('a definition whose parameters make no sense is refused by name', async () => {
  const made = await h.api('POST', '/webhooks', {
    name: 'Bad',
    definition: {
      url: 'https://x.example/',
      parameters: [{ name: 'a', type: 'number', default: 'x' }, { name: 'a' }, { name: 'b', type: 'choice' }],
    },
  });
  expect(made.status).toBe(422);
  expect(made.body.errors.map((one: { field: string }) => one.field)).toEqual([
    'definition.parameters.0.default',
    'definition.parameters.1.name',
    'definition.parameters.2.choices',
  ]);
});
