import { type ScenarioDefinition, scenarioDefinition } from '../../shared/scenario.ts';
import { type WebhookDefinition, webhookDefinition } from '../../shared/webhook.ts';
import { type InspectorAnswers, inspectorAnswers } from '../inspector/index.ts';
import { SAMPLE_EVENT } from './people.ts';

/** Names of attributes that the sample alone has. */
export const SAMPLE_ATTRIBUTES = [
  'sample',
  'sample_city',
  'sample_plan',
  'sample_crm_id',
  'sample_tier',
  'sample_vip',
  'sample_crm_failed',
];

const TURNS = 20;

/** A CRM of a kind: most calls succeed, a few fail for a moment, one for good. */
export function answers(): InspectorAnswers {
  const sequence = Array.from({ length: TURNS }, (_, turn) => {
    if (turn === 4) return { status: 500, body: '{"error": "The database is restarting."}' };
    if (turn === 9) return { status: 422, body: '{"error": "This plan is not known here."}' };
    if (turn === 14) return { status: 503, body: '{"error": "Too busy."}', headers: [['Retry-After', '3']] };
    const contact = { id: `crm_${4200 + turn}`, tier: turn % 3 === 0 ? 'gold' : 'silver' };
    return { status: 200, body: JSON.stringify({ contact }) };
  });
  return inspectorAnswers.parse({ sequence });
}

/** A request that tells the CRM of an order, and takes what the CRM knows to the profile. */
export function webhook(url: string): WebhookDefinition {
  return webhookDefinition.parse({
    url: `${url}/orders`,
    body: `{
  "order": {{ event.order_id }},
  "total": {{ event.total }},
  "currency": {{ event.currency }},
  "customer": {
    "name": {{ customer.first_name }},
    "email": {{ customer.email }},
    "plan": {{ customer.sample_plan }}
  }
}
`,
    retry: { waits: [5, 20, 60] },
    mapping: [
      { path: '$.contact.id', attribute: 'sample_crm_id' },
      { path: '$.contact.tier', attribute: 'sample_tier' },
    ],
  });
}

/** Tells the CRM of each sample customer's order, and goes on by what it answers. */
export function scenario(webhookId: string): ScenarioDefinition {
  return scenarioDefinition.parse({
    trigger: { kind: 'event', event: SAMPLE_EVENT },
    start: 'ours',
    steps: [
      {
        id: 'ours',
        name: 'A sample customer?',
        kind: 'condition',
        if: { attribute: 'sample', op: 'equals', value: true },
        yes: 'crm',
        no: 'stranger',
      },
      { id: 'crm', name: 'Tell the CRM', kind: 'webhook', webhook: webhookId, next: 'gold', on_fail: 'note' },
      {
        id: 'gold',
        name: 'Gold in the CRM?',
        kind: 'condition',
        if: { response: 'crm', path: 'contact.tier', op: 'equals', value: 'gold' },
        yes: 'vip',
        no: 'later',
      },
      { id: 'vip', kind: 'update', set: [{ attribute: 'sample_vip', value: true }] },
      { id: 'later', name: 'A day later', kind: 'wait', seconds: 86_400, next: 'end' },
      { id: 'end', kind: 'exit', reason: 'done' },
      { id: 'note', kind: 'update', set: [{ attribute: 'sample_crm_failed', value: true }] },
      { id: 'stranger', kind: 'exit', reason: 'not a sample customer' },
    ],
  });
}
