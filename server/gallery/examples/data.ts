// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are Velocity's
import { UNSIGNED, type Written } from '../example.ts';

const OWN_URL =
  'Of your own system, or of whatever takes the data. Requests are signed: the key stands in the settings.';

/** Asking others about a person, and shapes of data to begin with. */
export const data: Written[] = [
  {
    key: 'fullcontact-person',
    name: 'What FullContact knows about an address',
    service: 'FullContact',
    category: 'Data',
    summary: 'Looks a person up by email, and keeps full name, company and job title.',
    definition: {
      language: 'mustache',
      method: 'GET',
      url: 'https://api.fullcontact.com/v2/person.json?email={{email.0}}',
      headers: [{ name: 'X-FullContact-APIKey', value: '', secret: true }],
      // 202: it is still looking, ask again. 404: nobody of that address is known.
      statuses: { delivered: [200], retry: [202, 408, 429, '5xx'], fail: [404] },
      signing: UNSIGNED,
      mapping: [
        { path: 'fullName', attribute: 'name' },
        { path: '$.organizations[?(@.current)].name', attribute: 'company' },
        { path: '$.organizations[?(@.current)].title', attribute: 'job_title' },
      ],
    },
    blanks: [
      {
        field: 'headers.0.value',
        label: 'API key',
        hint: 'From FullContact’s dashboard. This is its second API; accounts that have a newer one ask elsewhere.',
      },
    ],
    uses: ['email', 'name', 'company', 'job_title'],
    response: {
      status: 200,
      body: {
        fullName: 'Ada Lovelace',
        organizations: [
          { name: 'Old Mill', title: 'Pupil' },
          { name: 'Engines & Sons', title: 'Analyst', current: true },
        ],
      },
    },
    repairs: ['Three braces on the page, two here: so a plus in an address is escaped for the URL.'],
  },
  {
    key: 'contact-by-email',
    name: 'A contact’s id, by email',
    service: 'eSputnik',
    category: 'Data',
    summary: 'Asks a contact base for who has the event’s email address, and keeps the id that it knows them by.',
    definition: {
      language: 'velocity',
      method: 'GET',
      url: 'https://esputnik.com/api/v1/contacts?email=${email}',
      headers: [
        { name: 'Accept', value: 'application/json' },
        { name: 'Authorization', value: '', secret: true },
      ],
      signing: UNSIGNED,
      mapping: [{ path: '$[0].id', attribute: 'contact_id' }],
    },
    blanks: [
      {
        field: 'headers.1.value',
        label: 'User name and API key',
        hint: 'With a colon between them. eSputnik takes any user name with the key from Settings, API.',
        as: 'basic',
      },
    ],
    uses: ['email', 'contact_id'],
    response: { status: 200, body: [{ id: 778, email: 'ada+list@example.com' }] },
    repairs: ['The request is a picture on the page; this one is put together from what is said about it.'],
  },
  {
    key: 'promo-code',
    name: 'Promo code for a town',
    service: 'Your own API',
    category: 'Data',
    summary: 'Sends the customer’s town, and keeps the promo code that comes back, for the next message.',
    definition: {
      language: 'velocity',
      url: 'https://api.YOUR-COMPANY.example/promo?town=${TOWN}',
      body: '{\n  "town": "$!{TOWN}"\n}',
      mapping: [{ path: '$.promocode', attribute: 'promo_code' }],
    },
    blanks: [
      {
        field: 'url',
        find: 'https://api.YOUR-COMPANY.example/promo',
        label: 'Address of your API',
        hint: `Without what follows the question mark. ${OWN_URL}`,
      },
    ],
    uses: ['TOWN', 'promo_code'],
    response: { status: 200, body: { promocode: 'SPRING-15' } },
    repairs: ['The request is a picture on the page; this one is put together from what is said about it.'],
  },
  {
    key: 'promo-in-message',
    name: 'Message with what earlier steps were answered',
    service: 'Your own API',
    category: 'Data',
    summary: 'Puts a promo code and a contact’s id, which two earlier steps asked for, into one text.',
    definition: {
      language: 'velocity',
      url: 'https://api.YOUR-COMPANY.example/messages',
      body: `{
  "to": "$!{email}",
  "contact": $!mathTool.toInteger($data.contacts_get_by_email.get(0).id),
  "text": "Your code is $data.get('WH5').get('promocode')"
}`,
    },
    blanks: [
      {
        field: 'url',
        find: 'https://api.YOUR-COMPANY.example/messages',
        label: 'Address of your API',
        hint: `${OWN_URL} The steps that ask are named WH5 and contacts_get_by_email here; name yours so, or change the text.`,
      },
    ],
    uses: ['email'],
    response: { status: 200, body: { ok: true } },
    repairs: ['The page shows the two expressions alone; the request around them was written for them.'],
  },
  {
    key: 'contact-envelope',
    name: 'Contact in an envelope',
    service: 'Your own API',
    category: 'Data',
    summary:
      'A contact’s data in an envelope with id, event name and time, repeated over twelve hours until it is taken.',
    definition: {
      language: 'liquid',
      url: 'https://api.YOUR-COMPANY.example/contacts',
      body: `{
  "id": "{{ delivery.id }}",
  "event": "automation.webhook.send",
  "timestamp": "{{ now }}",
  "idClient": 3,
  "data": {
    "type": "member",
    "id": {{ customer.contact_id }},
    "email": "{{ customer.email }}",
    "firstname": "{{ customer.first_name }}",
    "lastname": "{{ customer.last_name }}"
  }
}`,
      retry: 'cyberimpact',
    },
    blanks: [
      {
        field: 'url',
        find: 'https://api.YOUR-COMPANY.example/contacts',
        label: 'Address of the receiver',
        hint: OWN_URL,
      },
    ],
    uses: ['contact_id', 'email', 'first_name', 'last_name'],
    response: { status: 200, body: { ok: true } },
    repairs: [],
  },
  {
    key: 'json-attributes',
    name: 'A few attributes as JSON',
    service: 'Your own API',
    category: 'Data',
    summary: 'The simplest body there is: names and values.',
    definition: {
      language: 'liquid',
      url: 'https://api.YOUR-COMPANY.example/people',
      body: '{\n    "email": "{{customer.email}}",\n    "first_name": "{{customer.first_name}}"\n}',
    },
    blanks: [
      {
        field: 'url',
        find: 'https://api.YOUR-COMPANY.example/people',
        label: 'Address of the receiver',
        hint: OWN_URL,
      },
    ],
    uses: ['email', 'first_name'],
    response: { status: 200, body: { ok: true } },
    repairs: ['The example itself is missing on the page; this one has what is said about it.'],
  },
  {
    key: 'whole-customer',
    name: 'The whole profile as JSON',
    service: 'Your own API',
    category: 'Data',
    summary: 'Every attribute of the profile at once, under one name.',
    definition: {
      language: 'liquid',
      url: 'https://api.YOUR-COMPANY.example/people',
      body: '{\n    "customer": {{ customer | replace: "=>", ":"}}\n}',
    },
    blanks: [
      {
        field: 'url',
        find: 'https://api.YOUR-COMPANY.example/people',
        label: 'Address of the receiver',
        hint: OWN_URL,
      },
    ],
    uses: [],
    response: { status: 200, body: { ok: true } },
    repairs: ['What stood around the expression was lost; it is the value of one name here.'],
  },
  {
    key: 'form-attributes',
    name: 'A few attributes as a form',
    service: 'Your own API',
    category: 'Data',
    summary: 'The same as a form, for receivers that take no JSON.',
    definition: {
      language: 'liquid',
      url: 'https://api.YOUR-COMPANY.example/people',
      format: 'form',
      body: 'email={{customer.email}}&first_name={{customer.first_name}}&last_name={{customer.last_name}}',
    },
    blanks: [
      {
        field: 'url',
        find: 'https://api.YOUR-COMPANY.example/people',
        label: 'Address of the receiver',
        hint: OWN_URL,
      },
    ],
    uses: ['email', 'first_name', 'last_name'],
    response: { status: 200, body: { ok: true } },
    repairs: [
      'The example itself is missing on the page; this one has what is said about it.',
      'The content type on the page lacks "application/"; it is sent whole.',
    ],
  },
];
