import { UNSIGNED, type Written } from '../example.ts';

/** Help desks and boards. */
export const support: Written[] = [
  {
    key: 'zendesk-ticket',
    name: 'Zendesk ticket for a cancelled account',
    service: 'Zendesk',
    category: 'Support',
    summary: 'Opens a ticket in the name of a customer who cancelled, with what they said about it.',
    definition: {
      language: 'liquid',
      url: 'https://YOUR-SUBDOMAIN.zendesk.com/api/v2/tickets.json',
      headers: [{ name: 'Authorization', value: '', secret: true }],
      body: `{
    "ticket": {
        "subject": "{{customer.company_name}} has canceled their account.",
        "comment": { "body":"{{event.feedback}}" },
        "requester": { "name":"{{customer.firstName}} {{customer.lastName}}","email":"{{customer.email}}" }
    }
}`,
      statuses: { delivered: [201], retry: [408, 409, 429, '5xx'] },
      signing: UNSIGNED,
    },
    blanks: [
      {
        field: 'url',
        find: 'YOUR-SUBDOMAIN',
        label: 'Subdomain',
        hint: 'What stands before .zendesk.com in the address of your help desk.',
      },
      {
        field: 'headers.0.value',
        label: 'Email with /token, and API token',
        hint: 'As in agent@example.com/token:abc123. Tokens are made in the Admin Center under Apps and integrations.',
        as: 'basic',
      },
    ],
    uses: ['company_name', 'feedback', 'firstName', 'lastName', 'email'],
    response: { status: 201, body: { ticket: { id: 35436, status: 'new' } } },
    repairs: [
      'The address was lost; it is that of Zendesk’s tickets.',
      'The names in {{}} were lost; the comment is the event’s feedback, the requester’s address the customer’s.',
      'Quotes stood inside two placeholders ({{customer.firstName"}}) and were taken out.',
      'The outer braces were lost; they are back.',
    ],
  },
  {
    key: 'helpscout-conversation',
    name: 'Help Scout conversation for a low rating',
    service: 'Help Scout',
    category: 'Support',
    summary: 'Begins a conversation with a customer who gave a low rating, with comment and rating in it.',
    definition: {
      language: 'liquid',
      url: 'https://api.helpscout.net/v1/conversations.json',
      headers: [{ name: 'Authorization', value: '', secret: true }],
      body: `{
    "type": "email",
    "customer": {
        "email": "{{customer.email}}"
    },
    "subject": "Low NPS rating from customer {{customer.firstName}} {{customer.lastName}}",
    "mailbox": {
        "id": MAILBOX-ID
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
}`,
      statuses: { delivered: [201], retry: [408, 429, '5xx'] },
      signing: UNSIGNED,
    },
    blanks: [
      {
        field: 'body',
        find: 'MAILBOX-ID',
        label: 'Id of the mailbox',
        hint: 'The number at the end of the address when the mailbox is open.',
      },
      {
        field: 'headers.0.value',
        label: 'API key',
        hint: 'Made under Your profile, API keys, by an owner or administrator; free plans have none.',
        as: 'basic_key',
      },
    ],
    uses: ['email', 'firstName', 'lastName', 'comment', 'NPS_rating'],
    response: { status: 201, body: { id: 245, number: 1201 } },
    repairs: [
      'The address was lost but for the key in it; it is that of Help Scout’s first API, and the key is sent as Basic.',
      'The names in {{}} were lost; both are the customer’s email.',
      'The list of tags was lost; it holds one tag.',
      'Braces and brackets at the ends were lost, and three commas stood before them; both were put right.',
    ],
  },
  {
    key: 'trello-card',
    name: 'Trello card for a new user',
    service: 'Trello',
    category: 'Support',
    summary: 'Puts a card onto a list: call this new user.',
    definition: {
      language: 'liquid',
      url: 'https://api.trello.com/1/cards',
      query: [{ name: 'idList', value: 'YOUR-LIST-ID' }],
      headers: [{ name: 'Authorization', value: '', secret: true }],
      body: '{\n    "name": "Schedule call with {{customer.name}}",\n    "desc":"The customer can be reached at {{customer.email}}."\n}',
      statuses: { delivered: [200], retry: [408, 429, '5xx'] },
      signing: UNSIGNED,
    },
    blanks: [
      {
        field: 'query.0.value',
        find: 'YOUR-LIST-ID',
        label: 'Id of the list',
        hint: 'Open a card of the list, put .json behind its address, and look for idList.',
      },
      {
        field: 'headers.0.value',
        label: 'API key and token',
        hint: 'The whole value: OAuth oauth_consumer_key="KEY", oauth_token="TOKEN". Both come from trello.com/power-ups/admin.',
      },
    ],
    uses: ['name', 'email'],
    response: { status: 200, body: { id: '5abbe4b7ddc1b351ef961414', shortUrl: 'https://trello.com/c/H0TZyzbK' } },
    repairs: [
      'The address was lost; it is that of Trello’s cards, with key and token in a header instead of the URL.',
      'The names in {{}} were lost; they are the customer’s name and email.',
      'The braces around the body were lost; they are back.',
    ],
  },
  {
    key: 'medallia-survey',
    name: 'NPS survey through Medallia',
    service: 'Medallia',
    category: 'Surveys',
    summary: 'Asks a customer for a rating after an order, through Medallia’s survey API (formerly Promoter.io).',
    definition: {
      language: 'liquid',
      url: 'https://app.promoter.io/api/contacts/survey/',
      headers: [{ name: 'Authorization', value: '', secret: true }],
      body: `{
    "email": "{{customer.email}}",
    "first_name": "{{customer.first_name}}",
    "last_name": "{{customer.last_name}}",
    "campaign": CAMPAIGN-ID,
    "attributes": { "order": "{{event.order_id}}" }
}`,
      signing: UNSIGNED,
    },
    blanks: [
      {
        field: 'headers.0.value',
        label: 'Authorization',
        hint: 'The word Token, a space and the API key from the account’s settings. Check address and fields against the account’s API documents.',
      },
      { field: 'body', find: 'CAMPAIGN-ID', label: 'Id of the campaign', hint: 'The number of the survey campaign.' },
    ],
    uses: ['email', 'first_name', 'last_name', 'order_id'],
    response: { status: 200, body: { id: 901, email: 'ada+list@example.com' } },
    repairs: ['The page describes the survey and shows no request; this one was written for it.'],
  },
];
