import { UNSIGNED, type Written } from '../example.ts';

const BRACES = 'The braces around the body were lost; they are back.';
const COPIED_URL = 'Paste the address that the service shows for this flow; whoever knows it can trigger the flow.';
const ZAP = {
  field: 'url',
  find: 'https://hooks.zapier.com/hooks/catch/1234567/f8f22dgg/',
  label: 'Address of the Zap',
  hint: `In Zapier begin a Zap with "Webhooks" and "Catch Hook". ${COPIED_URL}`,
} as const;

/** Services that start flows of their own. */
export const automation: Written[] = [
  {
    key: 'zapier-profile',
    name: 'Profile to a Zap',
    service: 'Zapier',
    category: 'Automation',
    summary: 'Starts a Zap with an email address and a number of visits, whenever a profile gets this far.',
    definition: {
      language: 'mustache',
      url: ZAP.find,
      body: '{\n  "email_address": "{{email}}",\n  "number_of_visits": "{{visits}}"\n}',
      signing: UNSIGNED,
    },
    blanks: [ZAP],
    uses: ['email', 'visits'],
    response: { status: 200, body: { attempt: '018f-7c', id: '018f-7c', status: 'success' } },
    repairs: [BRACES],
  },
  {
    key: 'zapier-customer-and-event',
    name: 'Everything about a profile and its event to a Zap',
    service: 'Zapier',
    category: 'Automation',
    summary: 'Hands the whole profile and the event that led here to a Zap, which picks what it needs.',
    definition: {
      language: 'liquid',
      url: ZAP.find,
      body: '{\n  "customer": {{ customer | json }},\n  "event": {{ event | json }}\n}',
      signing: UNSIGNED,
    },
    blanks: [ZAP],
    uses: [],
    response: { status: 200, body: { attempt: '018f-7d', id: '018f-7d', status: 'success' } },
    repairs: ['The page says to send customer and event as JSON and shows no body; this one does that.'],
  },
  {
    key: 'zapier-order',
    name: 'Order to a Zap',
    service: 'Zapier',
    category: 'Automation',
    summary: 'Starts a Zap with an order, written in Jinja.',
    definition: {
      language: 'jinja',
      url: ZAP.find,
      body: '{\n  "email": "{{ customer.email }}",\n  "order": "{{ event.order_id }}",\n  "total": {{ event.total | default(0) }}\n}',
      signing: UNSIGNED,
    },
    blanks: [ZAP],
    uses: ['email', 'order_id', 'total'],
    response: { status: 200, body: { attempt: '018f-7e', id: '018f-7e', status: 'success' } },
    repairs: ['The page names a template for Zapier and shows none; this one was written for it.'],
  },
  {
    key: 'ifttt-profile',
    name: 'Profile to an IFTTT applet',
    service: 'IFTTT',
    category: 'Automation',
    summary: 'Triggers an applet with up to three values: here the email address and the number of visits.',
    definition: {
      language: 'mustache',
      url: 'https://maker.ifttt.com/trigger/bc_email_changed/with/key/YOUR-KEY',
      body: '{\n  "value1": "{{email}}",\n  "value2": "{{visits}}",\n  "value3": ""\n}',
      signing: UNSIGNED,
    },
    blanks: [
      {
        field: 'url',
        find: 'bc_email_changed',
        label: 'Name of the event',
        hint: 'The name that the applet’s "Receive a web request" trigger has.',
      },
      {
        field: 'url',
        find: 'YOUR-KEY',
        label: 'Key of the Webhooks service',
        hint: 'Stands in IFTTT under Webhooks, Settings: what follows /use/ in the address there.',
      },
    ],
    uses: ['email', 'visits'],
    response: { status: 200, body: "Congratulations! You've fired the bc_email_changed event" },
    repairs: [
      BRACES,
      'A comma after the last value was taken away.',
      'The page shows the address of the settings (/use/…); events are triggered at /trigger/EVENT/with/key/KEY.',
    ],
  },
  {
    key: 'ifttt-event',
    name: 'Event to an IFTTT applet',
    service: 'IFTTT',
    category: 'Automation',
    summary: 'Triggers an applet that writes a mail about an event: who it was, what it was and how much.',
    definition: {
      language: 'liquid',
      url: 'https://maker.ifttt.com/trigger/payment_failed/with/key/YOUR-KEY',
      body: '{\n  "value1": "{{customer.email}}",\n  "value2": "{{event.name}}",\n  "value3": "{{event.total}}"\n}',
      signing: UNSIGNED,
    },
    blanks: [
      {
        field: 'url',
        find: 'payment_failed',
        label: 'Name of the event',
        hint: 'The name that the applet’s "Receive a web request" trigger has.',
      },
      {
        field: 'url',
        find: 'YOUR-KEY',
        label: 'Key of the Webhooks service',
        hint: 'Stands in IFTTT under Webhooks, Settings: what follows /use/ in the address there.',
      },
    ],
    uses: ['email', 'total'],
    response: { status: 200, body: "Congratulations! You've fired the payment_failed event" },
    repairs: ['The example itself is missing on the page; it was put together from what is said about it.'],
  },
  {
    key: 'quickbase-pipeline',
    name: 'Profile to a Quickbase pipeline',
    service: 'Quickbase',
    category: 'Automation',
    summary: 'Starts a pipeline with an email address and a number of visits.',
    definition: {
      language: 'mustache',
      url: 'https://myApp.quickbase.com/db/bmehtz',
      body: '{\n  "email_address": "{{email}}",\n  "visits": "{{visits}}"\n}',
      signing: UNSIGNED,
    },
    blanks: [
      {
        field: 'url',
        find: 'https://myApp.quickbase.com/db/bmehtz',
        label: 'Address of the pipeline',
        hint: `Made by Quickbase when the pipeline begins with an incoming request. ${COPIED_URL}`,
      },
    ],
    uses: ['email', 'visits'],
    response: { status: 200, body: { status: 'ok' } },
    repairs: [BRACES],
  },
];
