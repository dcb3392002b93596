// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are Velocity's
/**
 * The templates that vendors' own pages show, each as a request. Those pages have lost characters on their way: braces and
 * brackets at the ends of lines, whatever looked like an address (`{{customer.email}}` became `{{}}`), and whole blocks of
 * code. What was put back is said at each.
 */
import { describe, expect, test } from 'vitest';
import { type WebhookDefinition, webhookDefinition } from '../../../shared/webhook.ts';
import { extract } from '../responses/index.ts';
import { renderMember } from './member.ts';
import { prepare } from './program.ts';
import { renderRequest } from './request.ts';

process.env.TZ = 'UTC';
const NOW = Date.UTC(2026, 0, 31, 10, 20, 30);

type Given = Partial<Record<keyof WebhookDefinition, unknown>>;
interface Around {
  properties?: object;
  responses?: object;
  parameters?: object;
  customers?: string[];
}
const programOf = (given: Given) => prepare(webhookDefinition.parse({ url: 'https://api.example.com/v1', ...given }));

function contextOf(attributes: object, { properties = {}, responses = {}, ...more }: Around): string {
  const event = { id: 'evt_1', name: 'canceled', timestamp: '2026-01-31T10:00:00Z', properties };
  return JSON.stringify({ profile: { id: 'prf_1', attributes }, event, responses, now: NOW, ...more });
}

function request(given: Given, attributes: object, around: Around = {}) {
  const result = renderRequest(programOf(given), contextOf(attributes, around));
  if (!result.ok) throw new Error(`${result.trouble.code}: ${result.trouble.message}`);
  return { ...result.request, text: Buffer.from(result.request.body ?? []).toString() };
}

/** What the receiver reads, with automatic escaping and as the vendor does it, which both must be the same. */
function received(given: Given, attributes: object, around: Around = {}): unknown {
  const [automatic, vendor] = ['automatic', 'vendor'].map((escaping) =>
    JSON.parse(request({ ...given, escaping }, attributes, around).text),
  );
  expect(vendor).toEqual(automatic);
  return automatic;
}

describe('BlueConic, in Mustache', () => {
  const language = 'mustache';
  const visitor = { email: ['ann@example.com'], firstname: ['Ann'], surname: ['Lee'], visits: ['12'] };

  // Quickbase, Zapier: the braces around the body.
  test.each([['visits'], ['number_of_visits']])('email and %s', (name) => {
    const body = `{\n    "email_address": "{{email}}",\n    "${name}": "{{visits}}"\n}`;
    expect(received({ language, body }, visitor)).toEqual({ email_address: 'ann@example.com', [name]: '12' });
  });

  // IFTTT: the braces; the comma behind the last field is the page's own error and no JSON: taken off.
  test('three values', () => {
    const body = '{\n    "value1": "{{email}}",\n    "value2": "{{visits}}",\n    "value3": ""\n}';
    expect(received({ language, body }, visitor)).toEqual({ value1: 'ann@example.com', value2: '12', value3: '' });
    const comma = renderRequest(programOf({ language, body: body.replace('""', '"",') }), contextOf(visitor, {}));
    expect(comma).toMatchObject({ ok: false, trouble: { code: 'invalid_json' } });
  });

  // Slack: the braces.
  test('a message, for visitors with a name and without', () => {
    const body =
      '{\n    "text": "{{#surname}}{{firstname.0}} {{surname.0}}{{/surname}} visited the product overview!\\n"\n}';
    expect(received({ language, body }, visitor)).toEqual({ text: 'Ann Lee visited the product overview!\n' });
    expect(received({ language, body }, {})).toEqual({ text: ' visited the product overview!\n' });
  });

  // FullContact: nothing lost. The braces let the value through as it is, so that a + stays a + (and means a space).
  test('an address in the URL, and the answer’s fields', () => {
    const url = 'https://api.fullcontact.com/v2/person.json?email={{{email.0}}}';
    const headers = [{ name: 'X-FullContact-APIKey', value: 'your API key' }];
    const made = request({ language, method: 'GET', url, headers }, visitor);
    expect([made.url, made.headers, made.body]).toEqual([
      'https://api.fullcontact.com/v2/person.json?email=ann@example.com',
      [['X-FullContact-APIKey', 'your API key']],
      null,
    ]);
    const rules = [
      { path: 'fullName', attribute: 'Name' },
      { path: '$.organizations[?(@.current)].name', attribute: 'Company' },
      { path: '$.organizations[?(@.current)].title', attribute: 'Job Title' },
    ].map((rule) => ({ ...rule, mode: 'set' as const }));
    const organizations = [{ name: 'Old' }, { name: 'Acme', title: 'Boss', current: true }];
    expect(extract({ rules, body: JSON.stringify({ fullName: 'Ann Lee', organizations }) }).changes).toMatchObject([
      { attribute: 'Name', value: 'Ann Lee' },
      { attribute: 'Company', value: 'Acme' },
      { attribute: 'Job Title', value: 'Boss' },
    ]);
  });
});

describe('Bloomreach, in Jinja', () => {
  const language = 'jinja';
  const responses = {
    one: { status: 200, body: '{"promo":"A-1","data":{"n":1}}' },
    two: { status: 200, body: 'plain text' },
    three: { status: 200, body: '{"json_response_property_name":"last"}' },
  };

  // Nothing lost; x is a number of the way, or the id of a step.
  test.each([
    ['{{ webhook.json_response_property_name }}', 'last'],
    ['{{ webhook(1).promo }}', 'A-1'],
    ['{{ webhook(2).data }}', 'plain text'],
    ["{{ webhook.by_action_id('two').data }}", 'plain text'],
    ["{{ webhook.by_action_id('one').data.n }}", '1'],
  ])('%s', (body, wanted) => {
    expect(request({ language, format: 'text', body }, {}, { responses }).text).toBe(wanted);
  });

  // Batches: both templates were pictures. Written anew after the text around them, for the API that it names.
  test.each([['{{ customers | join(",") }}'], ["{% output customers separated by ',' %}"]])(
    'many in one: %s',
    (all) => {
      const customer =
        '{"from": "[[sender]]", "to": [{"number": "{{ customer.phone }}"}], "body": {"content": "Hi {{ customer.name }}!"}}';
      const body = `{"messages": {"authentication": {"producttoken": "[[token]]"}, "msg": [${all}]}}`;
      const given = { language, body, batch: { customer } };
      const parameters = { sender: 'Shop "1"', token: 't-1' };
      const people = [
        { phone: '00420111', name: 'Ann "A"' },
        { phone: '00420222', name: 'Bob\nB' },
      ];
      const customers = people.map((person) => {
        const member = renderMember(programOf(given), contextOf(person, { parameters }));
        if (!member.ok) throw new Error(member.trouble.message);
        expect(member.fault).toBeNull();
        return member.text;
      });
      const { text } = request(given, {}, { parameters, customers });
      expect(JSON.parse(text)).toEqual({
        messages: {
          authentication: { producttoken: 't-1' },
          msg: people.map(({ phone, name }) => ({
            from: 'Shop "1"',
            to: [{ number: phone }],
            body: { content: `Hi ${name}!` },
          })),
        },
      });
    },
  );

  test('a customer who is left out', () => {
    const customer = '{% if not customer.phone %}{% abort %}{% endif %}{}';
    const program = programOf({ language, body: '[{{ customers | join(",") }}]', batch: { customer } });
    expect(renderMember(program, contextOf({}, {}))).toMatchObject({ ok: false, skipped: true });
  });
});

describe('eSputnik, in Velocity', () => {
  const language = 'velocity';
  const responses = {
    contacts_get_by_email: { status: 200, body: '[{"id": 48213377.0}]' },
    WH5: { status: 200, body: '{"promocode": "SPRING"}' },
  };

  // Nothing lost.
  test.each([
    ['$!mathTool.toInteger($data.contacts_get_by_email.get(0).id)', '48213377'],
    ["$data.get('WH5').get('promocode')", 'SPRING'],
  ])('%s', (body, wanted) => {
    expect(request({ language, format: 'text', body }, {}, { responses }).text).toBe(wanted);
  });

  // The address was a picture; its variables are named in the text: ${email} of the event, TOWN of the contact.
  test('variables of event and contact in the address', () => {
    const url = 'https://api.example.com/promo?email=${email}&town=${TOWN}';
    const around = { properties: { email: 'ann+1@example.com' } };
    const made = new URL(request({ language, method: 'GET', url }, { TOWN: 'Київ' }, around).url);
    expect(Object.fromEntries(made.searchParams)).toEqual({ email: 'ann+1@example.com', town: 'Київ' });
  });
});

describe('Customer.io, in Liquid', () => {
  const language = 'liquid';
  const person = {
    email: 'ann@example.com',
    firstName: 'Ann',
    lastName: 'Lee',
    first_name: 'Ann',
    last_name: 'Lee',
    name: 'Ann Lee',
    company_name: 'Acme',
  };

  // Nothing lost.
  test('the whole customer', () => {
    const body = '{{ customer | replace: "=>", ":"}}';
    const customer = { ...person, n: 1.5, yes: true, list: [1, 'two'], deep: { a: 'b "c"' } };
    expect(received({ language, body }, customer)).toEqual({ ...customer, id: 'prf_1' });
  });

  // Zendesk: the outer braces, the names in {{}}, and the quotes within two of the placeholders, which run all the same.
  test.each([['{{customer.firstName}} {{customer.lastName}}'], ['{{customer.firstName"}} {{customer.lastName"}}']])(
    'a ticket for %s',
    (name) => {
      const body = `{
    "ticket": {
        "subject": "{{customer.company_name}} has canceled their account.",
        "comment": { "body":"{{event.feedback}}" },
        "requester": { "name":"${name}","email":"{{customer.email}}" }
    }
}`;
      expect(received({ language, body }, person, { properties: { feedback: 'Too dear' } })).toEqual({
        ticket: {
          subject: 'Acme has canceled their account.',
          comment: { body: 'Too dear' },
          requester: { name: 'Ann Lee', email: 'ann@example.com' },
        },
      });
    },
  );

  // Trello: the braces, and the names in {{}}.
  test('a card', () => {
    const body = `{
    "name": "Schedule call with {{customer.name}}",
    "desc":"The customer can be reached at {{customer.email}}."
}`;
    expect(received({ language, body }, person)).toEqual({
      name: 'Schedule call with Ann Lee',
      desc: 'The customer can be reached at ann@example.com.',
    });
  });

  // Lob: the braces, two names in {{}}, and the value of front, which was a picture.
  test('a postcard', () => {
    const body = `{
    "description":          "What a fancy postcard",
    "to": {
        "name":             "{{ customer.first_name }} {{ customer.last_name }}",
        "address_line1":    "{{ customer.address_1 }}",
        "address_line2":    "{{ customer.address_2 }}",
        "address_city":     "{{ customer.city }}",
        "address_state":    "{{ customer.State }}",
        "address_zip":      "{{ customer.zip }}",
        "address_country":  "US"
    },
    "from": {
        "name":             "Your Company",
        "address_line1":    "123 Main St",
        "address_line2":    "Ste 300",
        "address_city":     "Portland",
        "address_state":    "OR",
        "address_zip":      "97205",
        "address_country":  "US"
    },
    "front":                "",
    "back":                 "<html style='padding: 1in; font-size: 18;'>Hi {{ customer.first_name }}, Thanks for being our customer!</html>"
}`;
    const home = { address_1: '1 High St', city: 'Salem', State: 'OR', zip: '97301' };
    expect(received({ language, body }, { ...person, ...home })).toMatchObject({
      to: {
        name: 'Ann Lee',
        address_line1: '1 High St',
        address_line2: '',
        address_city: 'Salem',
        address_state: 'OR',
        address_zip: '97301',
      },
      back: "<html style='padding: 1in; font-size: 18;'>Hi Ann, Thanks for being our customer!</html>",
    });
  });

  // Help Scout: braces and brackets, the names in {{}}, the tags, and the number of the mailbox, which one fills in.
  test('a conversation', () => {
    const body = `{
    "type": "email",
    "customer": {
        "email": "{{customer.email}}"
    },
    "subject": "Low NPS rating from customer {{customer.firstName}} {{customer.lastName}}",
    "mailbox": {
        "id": 85
    },
    "tags": [
        "nps"
    ],
    "status": "active",
    "createdAt": "{% assign current_time = 'now' %}{{current_time | date: "%F"}}",
    "threads": [
        {
            "type": "customer",
            "createdBy": {
                "email": "{{customer.email}}",
                "type": "customer"
            },
            "body": "{{customer.comment}} \\n \\n Rating: {{customer.NPS_rating}}",
            "status": "active",
            "createdAt": "{% assign current_time = 'now' %}{{current_time | date: "%F"}}"
        }
    ]
}`;
    expect(received({ language, body }, { ...person, comment: 'Meh', NPS_rating: 3 })).toMatchObject({
      customer: { email: 'ann@example.com' },
      subject: 'Low NPS rating from customer Ann Lee',
      createdAt: '2026-01-31',
      threads: [{ body: 'Meh \n \n Rating: 3', createdAt: '2026-01-31', createdBy: { email: 'ann@example.com' } }],
    });
  });

  // Close: braces and brackets, the names in {{}}, and the empty list of addresses. `{%else %}` stands so on the page.
  test('a lead, with a source and without', () => {
    const body = `{
  "name": "{{customer.company_name}}",
  "url": "{% if customer.company_url.size > 0 %}{{customer.company_url}}{%else %}{% endif %}",
  "description": "{{customer.name}}",
  "contacts": [
    {
      "name": "{{customer.first_name}} {{customer.last_name}}",
      "title": "{{customer.jobTitle}}",
      "emails": [
        {
          "type": "office",
          "email": "{{customer.email}}"
        }
      ],
      "phones": [
        {
          "type": "office",
          "phone": "{{customer.phone}}"
        }
      ]
    }
  ],
  "custom": {
    "Source": "{% if customer.source.size > 0 %}{{customer.source}}{%else %}Unknown{% endif %}"
  },
  "addresses": []
}`;
    expect(
      received({ language, body }, { ...person, company_url: 'https://acme.example', source: 'ads' }),
    ).toMatchObject({
      name: 'Acme',
      url: 'https://acme.example',
      contacts: [{ name: 'Ann Lee', emails: [{ email: 'ann@example.com' }], phones: [{ phone: '' }] }],
      custom: { Source: 'ads' },
    });
    expect(received({ language, body }, person)).toMatchObject({ url: '', custom: { Source: 'Unknown' } });
  });

  // IFTTT, Medallia, Twilio, the form body and the simple JSON: their bodies were pictures. Written anew after the text.
  test('values, and a form', () => {
    const values = '{"value1": "{{customer.email}}", "value2": "{{event.name}}", "value3": "{{customer.name}}"}';
    expect(received({ language, body: values }, person)).toEqual({
      value1: 'ann@example.com',
      value2: 'canceled',
      value3: 'Ann Lee',
    });
    const form = 'From=whatsapp:%2B14155238886&To=whatsapp:{{ customer.phone }}&Body=Hi {{ customer.name }}';
    const { text } = request({ language, format: 'form', body: form }, { ...person, phone: '+1 & 2' });
    expect(Object.fromEntries(new URLSearchParams(text))).toEqual({
      From: 'whatsapp:+14155238886',
      To: 'whatsapp:+1 & 2',
      Body: 'Hi Ann Lee',
    });
  });

  // The fields of an answer that set attributes: written anew after the text.
  test('an answer in templates', () => {
    const responses = { crm: { status: 201, body: '{"lead_id": "l-1", "total": 20}' } };
    const body = '{"lead": "{{ response.lead_id }}", "value": {{ customer.lifetime_value | plus: response.total }}}';
    expect(received({ language, body }, { lifetime_value: 22.5 }, { responses })).toEqual({ lead: 'l-1', value: 42.5 });
  });
});

// Cyberimpact shows no template but what it sends to try an address out: its envelope, in each language.
describe('Cyberimpact', () => {
  const contact = { id: 54321, email: 'john.doe@example.org', firstname: 'John', lastname: 'Doe' };
  const rest = { event: 'automation.webhook.send', idClient: 3 };

  test.each([
    ['liquid', '{{ event.id }}', (name: string) => `{{ customer.${name} }}`],
    ['jinja', '{{ event.id }}', (name: string) => `{{ customer.${name} }}`],
    ['mustache', '{{event.id}}', (name: string) => `{{customer.${name}}}`],
    ['velocity', '$event.id', (name: string) => `$!{customer.${name}}`],
  ])('in %s', (language, id, of) => {
    const body = `{"id":"${id}","event":"automation.webhook.send","idClient":3,"data":{"type":"member","id":${of('id')},"email":"${of('email')}","firstname":"${of('firstname')}","lastname":"${of('lastname')}"}}`;
    expect(received({ language, body }, contact)).toEqual({
      id: 'evt_1',
      ...rest,
      data: { type: 'member', ...contact },
    });
  });
});
