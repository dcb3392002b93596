import { UNSIGNED, type Written } from '../example.ts';

const SLACK = 'https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXX';
const SLACK_URL = {
  field: 'url',
  find: SLACK,
  label: 'Address of the incoming webhook',
  hint: 'In Slack make an app, switch "Incoming Webhooks" on, add one for a channel and copy its address.',
} as const;
// Slack answers "ok" as text; a limit is told by 429, and what is wrong with the channel by 4xx for good.
const SLACK_STATUSES = { delivered: [200], retry: [408, 429, '5xx' as const] };

/** Chats and messengers. */
export const messages: Written[] = [
  {
    key: 'slack-visit',
    name: 'Visit to a Slack channel',
    service: 'Slack',
    category: 'Messages',
    summary: 'Tells a channel who looked at the products, if the surname is known.',
    definition: {
      language: 'mustache',
      url: SLACK,
      body: '{\n  "text": "{{#surname}}{{firstname.0}} {{surname.0}}{{/surname}} visited the product overview!\\n"\n}',
      statuses: SLACK_STATUSES,
      signing: UNSIGNED,
    },
    blanks: [SLACK_URL],
    uses: ['firstname', 'surname'],
    response: { status: 200, body: 'ok' },
    repairs: ['The braces around the body were lost; they are back.', 'The address was lost; it has Slack’s form.'],
  },
  {
    key: 'slack-order',
    name: 'Order to a Slack channel',
    service: 'Slack',
    category: 'Messages',
    summary: 'Tells a channel of an order, with who ordered and for how much, written in Jinja.',
    definition: {
      language: 'jinja',
      url: SLACK,
      body: `{
  "text": "{{ customer.first_name | default('Somebody') }} ordered for {{ event.total }} {{ event.currency }}."
}`,
      statuses: SLACK_STATUSES,
      signing: UNSIGNED,
    },
    blanks: [SLACK_URL],
    uses: ['first_name', 'total', 'currency'],
    response: { status: 200, body: 'ok' },
    repairs: ['The page names a template for Slack and shows none; this one was written for it.'],
  },
  {
    key: 'whatsapp-template',
    name: 'WhatsApp message from an approved template',
    service: 'WhatsApp',
    category: 'Messages',
    summary: 'Sends an approved message template by WhatsApp’s own Cloud API, and keeps the message’s id.',
    definition: {
      language: 'jinja',
      url: 'https://graph.facebook.com/v21.0/PHONE_NUMBER_ID/messages',
      headers: [{ name: 'Authorization', value: '', secret: true }],
      body: `{
  "messaging_product": "whatsapp",
  "to": "{{ customer.phone }}",
  "type": "template",
  "template": {
    "name": "order_confirmation",
    "language": {"code": "{{ customer.language | default('en') }}"},
    "components": [
      {"type": "body", "parameters": [{"type": "text", "text": "{{ customer.first_name }}"}]}
    ]
  }
}`,
      statuses: { delivered: [200], retry: [408, 429, '5xx'] },
      signing: UNSIGNED,
      mapping: [{ path: '$.messages[0].id', attribute: 'whatsapp_message_id' }],
    },
    blanks: [
      {
        field: 'url',
        find: 'PHONE_NUMBER_ID',
        label: 'Id of the phone number',
        hint: 'Stands in Meta’s app under WhatsApp, API setup. It is an id, not the number itself.',
      },
      {
        field: 'headers.0.value',
        label: 'Access token',
        hint: 'Make one for a system user that may send messages; the one on the setup page ends after a day.',
        as: 'bearer',
      },
      {
        field: 'body',
        find: 'order_confirmation',
        label: 'Name of the template',
        hint: 'An approved template with one placeholder in its text.',
      },
    ],
    uses: ['phone', 'language', 'first_name', 'whatsapp_message_id'],
    response: { status: 200, body: { messaging_product: 'whatsapp', messages: [{ id: 'wamid.HBgL' }] } },
    repairs: ['The page names a template for WhatsApp and shows none; this one was written for it.'],
  },
  {
    key: 'sms-batch',
    name: 'SMS to many people at once through CM',
    service: 'CM.com',
    category: 'Messages',
    summary: 'One request for up to a hundred text messages; each profile’s outcome is taken from the answer’s list.',
    definition: {
      language: 'jinja',
      url: 'https://gw.cmtelecom.com/v1.0/message',
      headers: [{ name: 'X-CM-PRODUCTTOKEN', value: '', secret: true }],
      body: `{
  "messages": {
    "msg": [
      {% output customers separated by ',' %}
    ]
  }
}`,
      batch: {
        size: 100,
        wait_ms: 2_000,
        customer: `{
  "from": "YOUR-SENDER",
  "to": [{"number": "{{ customer.phone }}"}],
  "body": {"type": "auto", "content": "Hello {{ customer.first_name }}, your order {{ event.order_id }} is ready."},
  "reference": "{{ delivery.id }}"
}`,
        results: {
          list: '$.messages[*]',
          match: { path: '$.reference', key: '{{ delivery.id }}' },
          success: { path: 'messageErrorCode', op: 'equals', value: 0 },
        },
      },
      statuses: { delivered: [200], retry: [408, 429, '5xx'] },
      signing: UNSIGNED,
    },
    blanks: [
      {
        field: 'headers.0.value',
        label: 'Product token',
        hint: 'Stands in CM’s app with the gateway for text messages. Check the address against your account’s API documents.',
      },
      {
        field: 'batch.customer',
        find: 'YOUR-SENDER',
        label: 'Sender',
        hint: 'A number, or a name of up to 11 characters, that your account may send from.',
      },
    ],
    uses: ['phone', 'first_name', 'order_id'],
    response: {
      status: 200,
      body: { details: 'Created 1 message(s)', errorCode: 0, messages: [{ status: 'Accepted', messageErrorCode: 0 }] },
    },
    repairs: [
      'The payload, and how it is cut into a root and a customer template, are pictures on the page; both were written after CM’s API.',
      'The product token is sent as a header, so that it is kept as a secret and stands in no body.',
    ],
  },
  {
    key: 'twilio-whatsapp',
    name: 'WhatsApp message through Twilio',
    service: 'Twilio',
    category: 'Messages',
    summary: 'Sends a text to a phone by WhatsApp through Twilio’s Messages API; without "whatsapp:" it is an SMS.',
    definition: {
      language: 'liquid',
      url: 'https://api.twilio.com/2010-04-01/Accounts/YOUR_SID_HERE/Messages.json',
      headers: [{ name: 'Authorization', value: '', secret: true }],
      format: 'form',
      body: 'From=whatsapp:%2B14155238886&To=whatsapp:{{customer.phone}}&Body=Your+order+{{event.order_id}}+is+on+its+way,+{{customer.first_name}}.',
      statuses: { delivered: [201], retry: [408, 429, '5xx'] },
      signing: UNSIGNED,
    },
    blanks: [
      {
        field: 'url',
        find: 'YOUR_SID_HERE',
        label: 'Account SID',
        hint: 'Begins with AC; stands on the first page of Twilio’s console.',
      },
      {
        field: 'headers.0.value',
        label: 'Account SID and auth token',
        hint: 'Both, with a colon between them: AC…:token. The token stands beside the SID.',
        as: 'basic',
      },
      {
        field: 'body',
        find: '%2B14155238886',
        label: 'Number that it is sent from',
        hint: 'A sender that Twilio has approved for WhatsApp, with %2B in place of the plus.',
      },
    ],
    uses: ['phone', 'first_name', 'order_id'],
    response: { status: 201, body: { sid: 'SM0123', status: 'queued' } },
    repairs: [
      'The beginning of the address was lost; it is that of Twilio’s Messages API.',
      'The body is a picture on the page; it was written anew with From, To and Body.',
    ],
  },
];
