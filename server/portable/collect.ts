import type { ScenarioDefinition } from '../../shared/scenario.ts';
import { type WebhookDefinition, webhookDefinition } from '../../shared/webhook.ts';
import { type CredentialView, getCredential, listKeys } from '../connections/index.ts';
import { getScenario, getVersion, listScenarios, type Scenario } from '../flow/scenarios/index.ts';
import type { Connection, Sql } from '../platform/database/index.ts';
import { parse, present } from '../platform/ids.ts';
import { toJson } from '../platform/json.ts';
import { getPolicy, getWebhook, listWebhooks, type PolicyView, type WebhookView } from '../webhooks/index.ts';
import type { PortableScenario } from './document.ts';

/** Most webhooks, and most scenarios, in a file. */
export const MOST = 200;

/** What is asked for; null: all. */
export interface Wanted {
  webhooks: readonly string[] | null;
  scenarios: readonly string[] | null;
}

/** More than a file can hold. */
export class TooMany extends Error {}

const byKeys: Sql = {
  name: 'portable-webhooks-by-key',
  text: 'SELECT id, key FROM webhooks WHERE workspace_id = $1 AND key = ANY($2::text[])',
};

/**
 * The file of webhooks and scenarios, with the policies that they are under and the webhooks that the scenarios name.
 * Gives the ids that don't exist instead, if there are any. Throws TooMany.
 */
export async function collect(
  on: Connection,
  workspaceId: string,
  wanted: Wanted,
  now: number,
): Promise<{ file: object } | { missing: string[] }> {
  const scenarios = await scenariosOf(on, workspaceId, wanted.scenarios);
  const asked = await webhooksOf(on, workspaceId, wanted.webhooks);
  const missing = [...scenarios, ...asked].flatMap((one) => (typeof one === 'string' ? one : []));
  if (missing.length > 0) return { missing };
  const webhooks = new Map((asked as WebhookView[]).map((one) => [one.id, one]));
  const found = scenarios as Scenario[];
  const keyOf = await referred(on, workspaceId, found, webhooks);
  if (webhooks.size > MOST || found.length > MOST)
    throw new TooMany(`A file holds at most ${MOST} webhooks and ${MOST} scenarios. Choose fewer.`);
  const policies = new Map<string, PolicyView>();
  for (const { policyId } of webhooks.values()) {
    const policy = policyId === null || policies.has(policyId) ? null : await getPolicy(on, workspaceId, policyId);
    if (policy) policies.set(policy.id, policy);
  }
  const signing = new Map(
    (await listKeys(on, workspaceId, now)).map((key) => [present('signingKey', key.id), key.name]),
  );
  const credentials = new Map<string, CredentialView>();
  for (const { definition } of webhooks.values()) {
    const id = parse('credential', definition.credential ?? '');
    const found = id === null ? null : await getCredential(on, workspaceId, id);
    if (found) credentials.set(definition.credential!, found);
  }
  const names = { signing, credentials };
  const policyName = distinctNames([...policies.values()]);
  const inOrder = found.sort((a, b) => (a.name < b.name || (a.name === b.name && a.id < b.id) ? -1 : 1));
  const scenarioName = distinctNames(inOrder);
  const all = [...webhooks.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  const byHand = all.flatMap(({ key, definition }) => [
    ...definition.headers.flatMap(({ name, secret }) =>
      secret ? [`Webhook ${key}: the value of its secret header ${name}`] : [],
    ),
    ...(definition.credential === undefined
      ? []
      : [`Webhook ${key}: ${credentialToAdd(credentials.get(definition.credential))}, with its secrets`]),
    ...(definition.signing.key === undefined
      ? []
      : [
          `Webhook ${key}: a signing key named ${signing.get(definition.signing.key) ?? 'as here'}, with a secret of its own`,
        ]),
  ]);
  const file = {
    handoff: 1,
    ...(byHand.length > 0 && { add_by_hand: byHand }),
    policies: [...policies.values()].map(({ id, concurrency, rate, per }) => ({
      name: policyName.get(id)!,
      ...(concurrency !== null && { concurrency }),
      ...(rate !== null && { rate, per }),
    })),
    webhooks: all.map(({ key, name, description, enabled, policyId, preset, definition }) => ({
      key,
      name,
      ...(description !== '' && { description }),
      ...(!enabled && { enabled }),
      ...(policyId !== null && policies.has(policyId) && { policy: policyName.get(policyId)! }),
      ...(preset && { preset }),
      definition: concise(definition, names),
    })),
    scenarios: await Promise.all(
      inOrder.map((scenario) =>
        scenarioOf(on, workspaceId, { ...scenario, name: scenarioName.get(scenario.id)! }, keyOf, webhooks),
      ),
    ),
  };
  return { file };
}

/** The names of things by id; a file tells them apart by name, so that a second one of a name gets a number. */
function distinctNames(things: readonly { id: string; name: string }[]): Map<string, string> {
  const taken = new Set(things.map(({ name }) => name));
  const seen = new Set<string>();
  const names = new Map<string, string>();
  for (const { id, name } of things) {
    let own = name;
    for (let n = 2; seen.has(own) || (own !== name && taken.has(own)); n++) own = `${name.slice(0, 190)} (${n})`;
    seen.add(own);
    names.set(id, own);
  }
  return names;
}

/** What an importer must make by hand. */
const credentialToAdd = (credential: CredentialView | undefined) =>
  credential ? `a credential named ${credential.name} for ${credential.prefix}` : 'a credential as here';

/** A scenario as a file has it: its working copy, and whether that is what runs. */
async function scenarioOf(
  on: Connection,
  workspaceId: string,
  { id, name, description, draft, version }: Scenario,
  keyOf: Map<string, string>,
  webhooks: Map<string, WebhookView>,
): Promise<PortableScenario> {
  const named = (one: ScenarioDefinition, key: (webhook: string) => string | undefined): ScenarioDefinition => ({
    ...one,
    steps: one.steps.map((step) =>
      step.kind === 'webhook' ? { ...step, webhook: key(step.webhook) ?? step.webhook } : step,
    ),
  });
  const definition = named(draft, (webhook) => keyOf.get(webhook));
  const runs = version === null ? null : await getVersion(on, workspaceId, id, version);
  // A version names bare ids.
  const same = runs && toJson(named(runs.definition, (webhook) => webhooks.get(webhook)?.key)) === toJson(definition);
  return {
    name,
    ...(description !== '' && { description }),
    ...(!same && { draft: runs ? ('changed since it was published' as const) : ('never published' as const) }),
    definition,
  } as PortableScenario;
}

/** The webhooks that scenarios name, by id or key, are added; gives the key of each name. */
async function referred(
  on: Connection,
  workspaceId: string,
  scenarios: readonly Scenario[],
  webhooks: Map<string, WebhookView>,
): Promise<Map<string, string>> {
  const names = new Set(
    scenarios.flatMap(({ draft }) => draft.steps.flatMap((step) => (step.kind === 'webhook' ? [step.webhook] : []))),
  );
  const keyOf = new Map<string, string>();
  const rows = await on.run<{ id: string; key: string }>(byKeys, [workspaceId, [...names]]);
  const idOf = new Map(rows.map(({ id, key }) => [key, id]));
  for (const name of names) {
    const id = parse('webhook', name) ?? idOf.get(name);
    const webhook = id === undefined ? null : (webhooks.get(id) ?? (await getWebhook(on, workspaceId, id)));
    if (!webhook) continue;
    webhooks.set(webhook.id, webhook);
    keyOf.set(name, webhook.key);
  }
  return keyOf;
}

async function webhooksOf(on: Connection, workspaceId: string, ids: readonly string[] | null) {
  const filter = { after: null, limit: MOST + 1, search: null, deleted: false };
  if (ids === null) return listWebhooks(on, workspaceId, filter);
  const found: (WebhookView | string)[] = [];
  for (const id of ids) found.push((await getWebhook(on, workspaceId, id)) ?? present('webhook', id));
  return found;
}

async function scenariosOf(on: Connection, workspaceId: string, ids: readonly string[] | null) {
  if (ids === null) {
    const all = await listScenarios(on, workspaceId, { before: null, state: null, limit: MOST + 1 });
    return all.filter(({ state }) => state !== 'archived');
  }
  const found: (Scenario | string)[] = [];
  for (const id of ids) found.push((await getScenario(on, workspaceId, id)) ?? present('scenario', id));
  return found;
}

interface Names {
  signing: Map<string, string>;
  credentials: Map<string, CredentialView>;
}

/** A definition without what is so by default, without secrets, with credential and signing key by name. */
function concise(stored: WebhookDefinition, names: Names): object {
  const definition = webhookDefinition.parse(stored);
  const usual = webhookDefinition.parse({ url: 'https://usual.example' }) as Record<string, unknown>;
  const kept = Object.entries(definition).filter(
    ([name, value]) => name === 'language' || JSON.stringify(value) !== JSON.stringify(usual[name]),
  );
  const { signing: given, headers, credential, ...rest } = Object.fromEntries(kept) as Partial<WebhookDefinition>;
  const { key, ...signing } = given ?? {};
  const keyName = key === undefined ? undefined : names.signing.get(key);
  const credentialName = credential === undefined ? undefined : names.credentials.get(credential)?.name;
  return {
    ...rest,
    ...(headers && {
      headers: headers.map(({ name, value, secret }) => (secret ? { name, secret } : { name, value })),
    }),
    ...(credentialName !== undefined && { credential_name: credentialName }),
    ...(given && { signing: { ...signing, ...(keyName !== undefined && { key_name: keyName }) } }),
  };
}
