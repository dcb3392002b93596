import { describe, expect, test } from 'vitest';
import { received, request } from './stage.ts';

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
