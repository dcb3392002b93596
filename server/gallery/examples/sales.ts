import { UNSIGNED, type Written } from '../example.ts';

/** Sales, letters and advertising. */
export const sales: Written[] = [
  {
    key: 'close-lead',
    name: 'Lead in Close',
    service: 'Close',
    category: 'Sales',
    summary: 'Makes a lead of everybody who signs up, and keeps the lead’s id on the profile.',
    definition: {
      language: 'liquid',
      url: 'https://api.close.com/api/v1/lead/',
      headers: [{ name: 'Authorization', value: '', secret: true }],
      body: `{
  "name": "{{customer.company_name}}",
  "url": "{% if customer.company_url.size > 0 %}{{customer.company_url}}{%else %}{% endif %}",
  "description": "{{customer.description}}",
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
}`,
      statuses: { delivered: [200, 201], retry: [408, 429, '5xx'] },
      signing: UNSIGNED,
      mapping: [{ path: '$.id', attribute: 'lead_id' }],
    },
    blanks: [
      {
        field: 'headers.0.value',
        label: 'API key',
        hint: 'Made in Close under Settings, Developer, API keys.',
        as: 'basic_key',
      },
    ],
    uses: [
      'company_name',
      'company_url',
      'description',
      'first_name',
      'last_name',
      'jobTitle',
      'email',
      'phone',
      'source',
      'lead_id',
    ],
    response: { status: 200, body: { id: 'lead_70jZ5hiVt5X31', display_name: 'Engines & Sons' } },
    repairs: [
      'The address was lost; it is that of Close’s leads.',
      'The names in {{}} were lost; they are company name, description, email and phone.',
      'Braces and brackets were lost; they are back. The list of addresses breaks off on the page; it is empty here.',
      'The mapping is a picture on the page (lead_id); the path is that of Close’s answer.',
    ],
  },
  {
    key: 'lifetime-value',
    name: 'Order to your own API, its amount summed up',
    service: 'Your own API',
    category: 'Sales',
    summary: 'Tells your API of an order, and adds the amount that it answers to the customer’s lifetime value.',
    definition: {
      language: 'liquid',
      url: 'https://api.YOUR-COMPANY.example/orders',
      body: '{\n  "email": "{{customer.email}}",\n  "order": "{{event.order_id}}",\n  "total": {{event.total}}\n}',
      mapping: [{ path: '$.amount', attribute: 'lifetime_value', mode: 'sum' }],
    },
    blanks: [
      {
        field: 'url',
        find: 'https://api.YOUR-COMPANY.example/orders',
        label: 'Address of your API',
        hint: 'It must answer with JSON that has the amount in it. Requests are signed: the signing key stands in the settings.',
      },
    ],
    uses: ['email', 'order_id', 'total', 'lifetime_value'],
    response: { status: 200, body: { amount: 59.5 } },
    repairs: ['The example is a picture on the page (lifetime value); request and path were written for it.'],
  },
  {
    key: 'lob-postcard',
    name: 'Postcard through Lob',
    service: 'Lob',
    category: 'Mail',
    summary: 'Has a postcard printed and sent to a customer’s address.',
    definition: {
      language: 'liquid',
      url: 'https://api.lob.com/v1/postcards',
      headers: [{ name: 'Authorization', value: '', secret: true }],
      body: `{
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
    "front":                "https://YOUR-COMPANY.example/front.pdf",
    "back":                 "<html style='padding: 1in; font-size: 18;'>Hi {{ customer.first_name }}, Thanks for being our customer!</html>"
}`,
      statuses: { delivered: [200], retry: [408, 429, '5xx'] },
      signing: UNSIGNED,
    },
    blanks: [
      {
        field: 'headers.0.value',
        label: 'API key',
        hint: 'From Lob’s dashboard under Settings, API keys. With a test key nothing is printed.',
        as: 'basic_key',
      },
      {
        field: 'body',
        find: 'https://YOUR-COMPANY.example/front.pdf',
        label: 'Front of the card',
        hint: 'Address of a picture or PDF for the front; the sender’s address in the body is yours to change, too.',
      },
    ],
    uses: ['first_name', 'last_name', 'address_1', 'address_2', 'city', 'State', 'zip'],
    response: { status: 200, body: { id: 'psc_5c002b86ce47537a', expected_delivery_date: '2026-02-10' } },
    repairs: [
      'The address was lost but for the key in it; it is that of Lob’s postcards, and the key is sent as Basic.',
      'The names in {{ }} were lost; they are city and zip. The address of the front was lost; it is yours to fill in.',
      'Braces at the ends were lost; they are back.',
    ],
  },
  {
    key: 'facebook-purchase',
    name: 'Purchase to Facebook’s Conversions API',
    service: 'Facebook',
    category: 'Ads',
    summary: 'Reports a purchase to a pixel; email and phone leave as hashes.',
    definition: {
      language: 'jinja',
      url: 'https://graph.facebook.com/v21.0/PIXEL_ID/events',
      headers: [{ name: 'Authorization', value: '', secret: true }],
      body: `{
  "data": [
    {
      "event_name": "Purchase",
      "event_time": {{ event.timestamp | to_timestamp }},
      "event_id": "{{ event.order_id }}",
      "action_source": "website",
      "user_data": {
        "em": ["{{ customer.email | lower | hash('sha256') }}"],
        "ph": ["{{ customer.phone | replace('+', '') | hash('sha256') }}"]
      },
      "custom_data": {
        "currency": "{{ event.currency }}",
        "value": {{ event.total }}
      }
    }
  ]
}`,
      statuses: { delivered: [200], retry: [408, 429, '5xx'] },
      signing: UNSIGNED,
    },
    blanks: [
      {
        field: 'url',
        find: 'PIXEL_ID',
        label: 'Id of the pixel',
        hint: 'Stands in Meta’s Events Manager beside the data source.',
      },
      {
        field: 'headers.0.value',
        label: 'Access token',
        hint: 'Made in the Events Manager under Settings, Conversions API.',
        as: 'bearer',
      },
    ],
    uses: ['email', 'phone', 'order_id', 'currency', 'total'],
    response: { status: 200, body: { events_received: 1 } },
    repairs: ['The page names a template for Facebook and shows none; this one was written for it.'],
  },
];
