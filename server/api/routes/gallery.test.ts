import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Handoff, startHandoff } from '../../../tests/stage/handoff.ts';
import { does, type Receiver, startReceiver } from '../../../tests/stage/receiver.ts';
import { type Example, GALLERY } from '../../gallery/index.ts';

let h: Handoff;
let receiver: Receiver;
beforeAll(async () => {
  h = await startHandoff({ allow: ['127.0.0.1/32'] });
  receiver = await startReceiver();
  await h.api('PATCH', '/workspace', { allow_http: true });
});
afterAll(async () => {
  await receiver.close();
  await h.stop();
});

const email = 'ada+list@example.com';
const sha = (text: string) => createHash('sha256').update(text).digest('hex');
const TODAY = expect.stringMatching(/^20\d\d-\d\d-\d\d$/);
const L = 'Lovelace "L"';
/** What each sends: a body, or the query of a GET. */
const SENT: Record<string, unknown> = {
  'slack-visit': { text: 'Ada Lovelace visited the product overview!\n' },
  'slack-order': { text: 'Ada ordered for 59.5 EUR.' },
  'whatsapp-template': {
    messaging_product: 'whatsapp',
    to: '+15005550006',
    type: 'template',
    template: {
      name: '4242',
      language: { code: 'en' },
      components: [{ type: 'body', parameters: [{ type: 'text', text: 'Ada' }] }],
    },
  },
  'sms-batch': {
    messages: {
      msg: [
        {
          from: '4242',
          to: [{ number: '+15005550006' }],
          body: { type: 'auto', content: 'Hello Ada, your order A-1001 is ready.' },
          reference: expect.stringMatching(/^dlv_/),
        },
      ],
    },
  },
  'twilio-whatsapp': {
    From: 'whatsapp:4242',
    To: 'whatsapp:+15005550006',
    Body: 'Your order A-1001 is on its way, Ada.',
  },
  'zapier-profile': { email_address: email, number_of_visits: '12' },
  'zapier-customer-and-event': {
    customer: expect.objectContaining({ email, last_name: L, visits: 12 }),
    event: expect.objectContaining({ order_id: 'A-1001', total: 59.5 }),
  },
  'zapier-order': { email, order: 'A-1001', total: 59.5 },
  'ifttt-profile': { value1: email, value2: '12', value3: '' },
  'ifttt-event': { value1: email, value2: 'Order Completed', value3: '59.5' },
  'quickbase-pipeline': { email_address: email, visits: '12' },
  'zendesk-ticket': {
    ticket: {
      subject: 'Engines & Sons has canceled their account.',
      comment: { body: 'It was "fine",\nbut I left.' },
      requester: { name: 'Ada Lovelace', email },
    },
  },
  'helpscout-conversation': {
    type: 'email',
    customer: { email },
    subject: 'Low NPS rating from customer Ada Lovelace',
    mailbox: { id: 4242 },
    tags: ['nps'],
    status: 'active',
    createdAt: TODAY,
    threads: [
      {
        type: 'customer',
        createdBy: { email, type: 'customer' },
        body: 'Too slow, and the "help" was none. \n \n Rating: 3',
        status: 'active',
        createdAt: TODAY,
      },
    ],
  },
  'trello-card': { name: 'Schedule call with Ada Lovelace', desc: `The customer can be reached at ${email}.` },
  'medallia-survey': {
    email,
    first_name: 'Ada',
    last_name: L,
    campaign: 4242,
    attributes: { order: 'A-1001' },
  },
  'close-lead': {
    name: 'Engines & Sons',
    url: 'https://engines.example',
    description: 'Makes "engines"\nof numbers.',
    contacts: [
      {
        name: `Ada ${L}`,
        title: 'Analyst',
        emails: [{ type: 'office', email }],
        phones: [{ type: 'office', phone: '+15005550006' }],
      },
    ],
    custom: { Source: 'Unknown' },
    addresses: [],
  },
  'lifetime-value': { email, order: 'A-1001', total: 59.5 },
  'lob-postcard': {
    description: 'What a fancy postcard',
    to: {
      name: `Ada ${L}`,
      address_line1: '12 St James’s Square',
      address_line2: '',
      address_city: 'London',
      address_state: 'LN',
      address_zip: '97205',
      address_country: 'US',
    },
    from: expect.objectContaining({ name: 'Your Company', address_zip: '97205' }),
    front: '4242',
    back: "<html style='padding: 1in; font-size: 18;'>Hi Ada, Thanks for being our customer!</html>",
  },
  'facebook-purchase': {
    data: [
      {
        event_name: 'Purchase',
        event_time: expect.any(Number),
        event_id: 'A-1001',
        action_source: 'website',
        user_data: { em: [sha(email)], ph: [sha('15005550006')] },
        custom_data: { currency: 'EUR', value: 59.5 },
      },
    ],
  },
  'fullcontact-person': { email },
  'contact-by-email': { email },
  'promo-code': { town: 'Львів' },
  'promo-in-message': { to: email, contact: 778, text: 'Your code is SPRING-15' },
  'contact-envelope': {
    id: expect.stringMatching(/^dlv_/),
    event: 'automation.webhook.send',
    timestamp: expect.stringMatching(/Z$/),
    idClient: 3,
    data: { type: 'member', id: 54321, email, firstname: 'Ada', lastname: L },
  },
  'json-attributes': { email, first_name: 'Ada' },
  'whole-customer': { customer: expect.objectContaining({ email, last_name: L, NPS_rating: 3 }) },
  'form-attributes': { email, first_name: 'Ada', last_name: L },
};
/** What each takes from the sample answer. */
const MAPPED: Record<string, Record<string, unknown>> = {
  'whatsapp-template': { whatsapp_message_id: 'wamid.HBgL' },
  'close-lead': { lead_id: 'lead_70jZ5hiVt5X31' },
  'lifetime-value': { lifetime_value: 59.5 },
  'fullcontact-person': { name: 'Ada Lovelace', company: 'Engines & Sons', job_title: 'Analyst' },
  'contact-by-email': { contact_id: 778 },
  'promo-code': { promo_code: 'SPRING-15' },
};

const filled = (as: string) =>
  as === 'bearer' ? 'Bearer t0ken-4242' : as === 'text' ? '4242' : `Basic ${Buffer.from('a:4242').toString('base64')}`;

/** The definition with every blank filled in, on its way to the receiver. */
function complete({ definition, blanks, key }: Example): Example['definition'] {
  type Inside = { [name: string]: Inside & string };
  const made = structuredClone(definition) as unknown as Inside;
  for (const { field, find, as } of blanks) {
    const steps = field.split('.');
    const last = steps.pop()!;
    const of = steps.reduce<Inside>((inside, step) => inside[step]!, made) as Record<string, string>;
    const value = find?.startsWith('https:') && field === 'url' ? 'https://filled.example/in' : filled(as);
    expect(find === undefined ? of[last] === '' : of[last]!.includes(find), `${key}: ${field} has the blank`).toBe(
      true,
    );
    of[last] = find === undefined ? value : of[last]!.replaceAll(find, value);
  }
  const done = made as unknown as Example['definition'];
  return { ...done, url: done.url.replace(/^https:\/\/[^/]+/, `${receiver.url}/${key}`) };
}

it('everything that the gallery lists is told how it comes out', async () => {
  const { items } = (await h.api('GET', '/gallery')).body;
  expect(items.map((one: { key: string }) => one.key).sort()).toEqual(Object.keys(SENT).sort());
  expect((await h.api('GET', '/gallery/nothing')).status).toBe(404);
});

it.each(GALLERY.map((one) => [one.key, one] as const))('%s', async (key, one) => {
  const shown = (await h.api('GET', `/gallery/${key}`)).body;
  expect(shown).toMatchObject({ key, definition: { language: one.definition.language } });
  const definition = complete(one);
  expect(definition.headers.filter((header) => header.secret && header.value === '')).toEqual([]);
  for (const name of one.uses) expect(JSON.stringify(definition), `${key} names ${name}`).toContain(name);
  receiver.on(
    new URL(definition.url.replaceAll(/[{}$]/g, '')).pathname,
    does.json(one.response.body, one.response.status),
  );

  const { customer, event, responses } = shown.typed;
  const asked = { definition, typed: { customer, event, responses } };
  expect((await h.api('POST', '/webhooks/preview', asked)).body).toMatchObject({ problems: [], skipped: null });
  const before = receiver.requests.length;
  const tried = await h.api('POST', '/webhooks/test', asked);
  expect(tried.body).toMatchObject({ ok: true, problems: [], refused: [] });
  const mapped = Object.fromEntries(
    tried.body.mapped.map((one: { attribute: string; value: unknown }) => [one.attribute, one.value]),
  );
  expect(mapped).toEqual(MAPPED[key] ?? {});
  const [wire] = receiver.requests.slice(before);
  const query = Object.fromEntries(new URLSearchParams(wire!.url.split('?')[1]));
  const text = wire!.body.toString();
  if (definition.method === 'GET') expect(query).toEqual(SENT[key]);
  else if (definition.format === 'form') expect(Object.fromEntries(new URLSearchParams(text))).toEqual(SENT[key]);
  else expect(JSON.parse(text)).toEqual(SENT[key]);
  for (const { name, value } of definition.headers) expect(wire!.headers[name.toLowerCase()]).toBe(value);
  const made = await h.api('POST', '/webhooks', { name: one.name, definition });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
});
