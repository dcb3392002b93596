import type { ScenarioDefinition } from '../../shared/scenario.ts';
import { type WebhookDefinition, webhookDefinition } from '../../shared/webhook.ts';
import { alwaysUnder, type CredentialView, listCredentials, listKeys, type Sealer } from '../connections/index.ts';
import { getScenario, type Scenario } from '../flow/scenarios/index.ts';
import type { Connection, Sql } from '../platform/database/index.ts';
import { parse, present } from '../platform/ids.ts';
import { toJson } from '../platform/json.ts';
import { getWebhook, listPolicies, missingSecrets, type PolicyView, type WebhookView } from '../webhooks/index.ts';
import type { PortableDocument, PortableScenario, PortableWebhook } from './document.ts';

/** What an import does with one thing. `conflict`: it can't be said, and nothing is imported until it is. */
export type Outcome = 'create' | 'change' | 'copy' | 'same' | 'keep' | 'conflict';

/** One thing of a file, and what becomes of it. */
export interface Step {
  kind: 'policy' | 'webhook' | 'scenario';
  /** A webhook's key, here; of others the name. */
  key: string;
  name: string;
  outcome: Outcome;
  /** What differs, or why there is a conflict; a sentence, or nothing. */
  message: string;
  /** The parts that an import would change. */
  changes: string[];
  /** Presented; of what is there already, or was made. */
  id: string | null;
}

/** What is there of the things in a file, and what is to be done. */
export interface Plan {
  policies: { step: Step; given: PortableDocument['policies'][number]; there: PolicyView | null }[];
  webhooks: {
    step: Step;
    given: PortableWebhook;
    definition: WebhookDefinition;
    there: WebhookView | null;
    /** What it can't be sent without. */
    missing: string[];
  }[];
  scenarios: { step: Step; given: PortableScenario; there: Scenario | null }[];
  /** What must be added by hand, in sentences. */
  byHand: string[];
  /** Names that lead nowhere: the place in the file, and what is wrong. */
  faults: { field: string; message: string }[];
}

/** What is done with what is there already: a new version of it, or another thing beside it. */
export type Existing = 'replace' | 'copy';

/** Policies and credentials that are looked through for names. */
const MOST_NAMED = 1_000;
const keysSql: Sql = {
  name: 'portable-webhooks-there',
  text: 'SELECT id, key FROM webhooks WHERE workspace_id = $1 AND key = ANY($2::text[])',
};
const namesSql: Sql = {
  name: 'portable-scenarios-there',
  text: "SELECT id, name FROM scenarios WHERE workspace_id = $1 AND state <> 'archived' AND name = ANY($2::text[]) ORDER BY id",
};

/** Compares a file with a workspace. Changes nothing. */
export async function planImport(
  on: Connection,
  sealer: Sealer,
  workspaceId: string,
  file: PortableDocument,
  existing: Existing,
  now: number,
): Promise<Plan> {
  const plan: Plan = { policies: [], webhooks: [], scenarios: [], byHand: [], faults: [] };
  const policies = new Map(
    (await listPolicies(on, workspaceId, null, MOST_NAMED)).map((one) => [one.name, one] as const),
  );
  for (const given of file.policies) plan.policies.push(policyStep(given, policies.get(given.name) ?? null));
  const local = {
    signing: new Map((await listKeys(on, workspaceId, now)).map(({ id, name }) => [name, present('signingKey', id)])),
    credentials: await listCredentials(on, workspaceId, null, MOST_NAMED),
  };
  const taken = await on.run<{ id: string; key: string }>(keysSql, [workspaceId, candidates(file.webhooks)]);
  const idOf = new Map(taken.map(({ id, key }) => [key, id]));
  const keys = new Map<string, string>();
  for (const [i, given] of file.webhooks.entries()) {
    const there = idOf.has(given.key) ? await getWebhook(on, workspaceId, idOf.get(given.key)!) : null;
    if (
      given.policy !== null &&
      !policies.has(given.policy) &&
      !file.policies.some(({ name }) => name === given.policy)
    )
      plan.faults.push({
        field: `webhooks.${i}.policy`,
        message: `names the throughput policy "${given.policy}", which is neither in the file nor in this workspace`,
      });
    const definition = localDefinition(given, local);
    const step = webhookStep(given, definition, there, existing, policies, idOf);
    const kept = step.outcome === 'change' || step.outcome === 'same' ? there : null;
    const missing = (await missingSecrets(on, sealer, workspaceId, kept, definition)).map(
      (name) => `the value of its secret header ${name}`,
    );
    const { credential_name: credential, signing } = given.definition;
    if (credential !== undefined && definition.credential === undefined)
      missing.push(`a credential named ${credential}${otherPrefixes(local.credentials, credential, definition.url)}`);
    for (const what of missing) plan.byHand.push(`Webhook ${step.key}: ${what}. It is switched off until then.`);
    if (signing.key_name !== undefined && definition.signing.key === undefined)
      plan.byHand.push(
        `Webhook ${step.key}: a signing key named ${signing.key_name}; until it is chosen, the default key signs.`,
      );
    keys.set(given.key, step.key);
    plan.webhooks.push({ step, given, definition, there: kept, missing });
  }
  await planScenarios(on, workspaceId, file, existing, keys, plan);
  return plan;
}

/** What is said of a scenario that is a draft where it comes from. */
const DRAFTS = {
  no: '',
  'never published': 'It is a draft: where it comes from it was never published.',
  'changed since it was published': 'It is a draft: where it comes from it was changed since it was published.',
};

/** What keeps the credentials of a name from being taken. */
function otherPrefixes(credentials: readonly CredentialView[], name: string, url: string): string {
  const others = credentials.filter((one) => one.name === name && !alwaysUnder(one.prefix, url));
  if (others.length === 0) return '';
  return ` whose prefix the URL lies under (here it is for ${others.map(({ prefix }) => prefix).join(', ')} alone)`;
}

async function planScenarios(
  on: Connection,
  workspaceId: string,
  file: PortableDocument,
  existing: Existing,
  keys: Map<string, string>,
  plan: Plan,
): Promise<void> {
  const rows = await on.run<{ id: string; name: string }>(namesSql, [
    workspaceId,
    file.scenarios.map(({ name }) => name),
  ]);
  const names = file.scenarios.flatMap(({ definition }) =>
    definition.steps.flatMap((step) => (step.kind === 'webhook' && !keys.has(step.webhook) ? [step.webhook] : [])),
  );
  const here = new Set(
    (await on.run<{ key: string }>(keysSql, [workspaceId, [...new Set(names)]])).map(({ key }) => key),
  );
  for (const [i, one] of file.scenarios.entries()) {
    const steps = one.definition.steps.map((step, at) => {
      if (step.kind !== 'webhook') return step;
      if (!keys.has(step.webhook) && !here.has(step.webhook))
        plan.faults.push({
          field: `scenarios.${i}.definition.steps.${at}.webhook`,
          message: `names the webhook "${step.webhook}", which is neither in the file nor in this workspace`,
        });
      return { ...step, webhook: keys.get(step.webhook) ?? step.webhook };
    });
    const given = { ...one, definition: { ...one.definition, steps } };
    const same = rows.filter(({ name }) => name === one.name);
    const there = same.length === 1 ? await getScenario(on, workspaceId, same[0]!.id) : null;
    const named = there && (await byKey(on, workspaceId, there.draft));
    const made = scenarioStep(given, there, named, same.length, existing);
    plan.scenarios.push({
      ...made,
      step: { ...made.step, message: [DRAFTS[given.draft ?? 'no'], made.step.message].join(' ').trim() },
    });
  }
}

/** A working copy whose webhook steps name keys, as a file's do. */
async function byKey(on: Connection, workspaceId: string, draft: ScenarioDefinition): Promise<ScenarioDefinition> {
  const steps: ScenarioDefinition['steps'] = [];
  for (const step of draft.steps) {
    const id = step.kind === 'webhook' ? parse('webhook', step.webhook) : null;
    const webhook = id === null ? null : await getWebhook(on, workspaceId, id);
    steps.push(step.kind === 'webhook' && webhook ? { ...step, webhook: webhook.key } : step);
  }
  return { ...draft, steps };
}

const base = (kind: Step['kind'], key: string, name: string) => ({
  kind,
  key,
  name,
  message: '',
  changes: [],
  id: null,
});

function policyStep(given: PortableDocument['policies'][number], there: PolicyView | null): Plan['policies'][number] {
  const step: Step = { ...base('policy', given.name, given.name), outcome: 'create' };
  if (!there) return { step, given, there };
  const limits = ({ concurrency, rate, per }: Pick<PolicyView, 'concurrency' | 'rate' | 'per'>) =>
    [concurrency !== null && `${concurrency} open`, rate !== null && `${rate} a ${per}`].filter(Boolean).join(', ');
  const same = limits(there) === limits(given);
  const message = same ? '' : `It allows ${limits(there)} here, ${limits(given)} in the file; it stays as it is here.`;
  const found = { ...step, outcome: same ? ('same' as const) : ('keep' as const), message };
  return { step: { ...found, id: present('policy', there.id) }, given, there };
}

function webhookStep(
  given: PortableWebhook,
  definition: WebhookDefinition,
  there: WebhookView | null,
  existing: Existing,
  policies: Map<string, PolicyView>,
  taken: Map<string, string>,
): Step {
  const step: Step = { ...base('webhook', given.key, given.name), outcome: 'create' };
  if (!there) return step;
  const id = present('webhook', there.id);
  const policy = [...policies.values()].find((one) => one.id === there.policyId)?.name ?? null;
  const changes = [
    ...(['name', 'description'] as const).filter((part) => there[part] !== given[part]),
    ...(policy === given.policy ? [] : ['policy']),
    ...(toJson(there.preset) === toJson(given.preset) ? [] : ['preset']),
    ...differing(webhookDefinition.parse(there.definition), definition),
  ];
  if (changes.length === 0 && there.deletedAt === null) return { ...step, outcome: 'same', id };
  if (existing === 'copy') {
    const key = copies(given.key).find((one) => !taken.has(one));
    if (key === undefined) return { ...step, outcome: 'conflict', message: 'There are too many copies of it already.' };
    taken.set(key, '');
    return { ...step, key, outcome: 'copy', message: `The key ${given.key} is taken here.` };
  }
  if (there.deletedAt !== null) {
    const message = `A deleted webhook has the key ${given.key}: restore it, or import as a copy.`;
    return { ...step, outcome: 'conflict', message, id };
  }
  return { ...step, outcome: 'change', changes, id };
}

function scenarioStep(
  given: PortableScenario,
  there: Scenario | null,
  named: ScenarioDefinition | null,
  many: number,
  existing: Existing,
): Plan['scenarios'][number] {
  const step: Step = { ...base('scenario', given.name, given.name), outcome: 'create' };
  if (many === 0) return { step, given, there };
  if (there) {
    const id = present('scenario', there.id);
    const changes = [
      ...(there.description === given.description ? [] : ['description']),
      ...(toJson(named) === toJson(given.definition) ? [] : ['draft']),
    ];
    if (changes.length === 0) return { step: { ...step, outcome: 'same', id }, given, there };
    if (existing === 'replace') {
      const message = there.version === null ? '' : 'Its working copy changes; what runs stays as it was published.';
      return { step: { ...step, outcome: 'change', changes, message, id }, given, there };
    }
  }
  if (existing === 'copy') return { step: { ...step, outcome: 'copy' }, given, there: null };
  const message = `${many} scenarios have this name here: rename all but one, or import as a copy.`;
  return { step: { ...step, outcome: 'conflict', message }, given, there: null };
}

/** The definition with this workspace's credential and signing key of the names that the file has; without, if there is none. */
function localDefinition(
  given: PortableWebhook,
  local: { signing: Map<string, string>; credentials: readonly CredentialView[] },
): WebhookDefinition {
  const { credential_name: credentialName, credential: _, signing: signed, ...rest } = given.definition;
  const { key_name: keyName, ...signing } = signed;
  const key = keyName === undefined ? undefined : local.signing.get(keyName);
  // One of the name that is for other addresses is another one, whatever it is called.
  const credential = local.credentials.find(
    ({ name, prefix }) => name === credentialName && alwaysUnder(prefix, given.definition.url),
  );
  return webhookDefinition.parse({
    ...rest,
    ...(credential && { credential: present('credential', credential.id) }),
    signing: { ...signing, ...(key !== undefined && { key }) },
  });
}

function differing(one: WebhookDefinition, other: WebhookDefinition): string[] {
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])] as (keyof WebhookDefinition)[];
  return names.filter((name) => toJson(one[name] ?? null) !== toJson(other[name] ?? null));
}

const COPIES = 20;
const copies = (key: string) =>
  Array.from({ length: COPIES }, (_, i) => `${key.slice(0, 90)}-copy${i === 0 ? '' : `-${i + 1}`}`);
const candidates = (webhooks: readonly PortableWebhook[]) => webhooks.flatMap(({ key }) => [key, ...copies(key)]);
