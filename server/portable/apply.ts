import type { Sealer } from '../connections/index.ts';
import { createScenario, saveDraft } from '../flow/scenarios/index.ts';
import type { Clock } from '../platform/clock.ts';
import { type Connection, joined } from '../platform/database/index.ts';
import { present } from '../platform/ids.ts';
import {
  changeWebhook,
  createPolicy,
  createWebhook,
  listPolicies,
  putDefinition,
  setPreset,
} from '../webhooks/index.ts';
import type { Plan, Step } from './plan.ts';

/** Something came in between, so that the plan can't be carried out; nothing is done. */
export class Overtaken extends Error {}

/** Carries a plan without conflicts out, within a transaction; its steps get the ids of what was made. */
export async function applyImport(
  tx: Connection,
  using: { sealer: Sealer; clock: Clock; workspaceId: string },
  plan: Plan,
): Promise<void> {
  const { workspaceId, clock } = using;
  const now = clock.now();
  for (const { step, given } of plan.policies) {
    if (step.outcome !== 'create') continue;
    const made = await createPolicy(tx, workspaceId, given, now);
    if (!made) throw new Overtaken('The workspace has as many throughput policies as it can.');
    step.id = present('policy', made.id);
  }
  const policies = new Map((await listPolicies(tx, workspaceId, null, 1_000)).map(({ name, id }) => [name, id]));
  for (const one of plan.webhooks) await applyWebhook(tx, using, one, policies);
  for (const { step, given, there } of plan.scenarios) {
    const { name, description, definition: draft } = given;
    if (step.outcome === 'change') {
      const saved = await saveDraft(joined(tx), clock, workspaceId, there!.id, { description, draft });
      if (!saved.ok) throw new Overtaken(saved.refusal.message);
    } else if (step.outcome === 'create' || step.outcome === 'copy') {
      const made = { name: step.outcome === 'copy' ? `${name.slice(0, 188)} (imported)` : name, description, draft };
      step.id = present('scenario', (await createScenario(tx, clock, workspaceId, made)).id);
    }
  }
}

async function applyWebhook(
  tx: Connection,
  { sealer, clock, workspaceId }: { sealer: Sealer; clock: Clock; workspaceId: string },
  { step, given, definition, there, missing }: Plan['webhooks'][number],
  policies: Map<string, string>,
): Promise<void> {
  const now = clock.now();
  const { name, description } = given;
  const policyId = given.policy === null ? null : policies.get(given.policy)!;
  const gone = (what: Step) => new Overtaken(`The webhook ${what.key} was changed by somebody just now.`);
  if (step.outcome === 'change') {
    const { id } = there!;
    const put = await putDefinition(joined(tx), sealer, workspaceId, id, definition, now, there!.revision, 'left_out');
    if (!put || Array.isArray(put) || 'changed' in put) throw gone(step);
    const off = missing.length > 0 && { enabled: false };
    await changeWebhook(joined(tx), workspaceId, id, { name, description, policyId, ...off }, now);
    await setPreset(tx, workspaceId, id, given.preset, now);
  } else if (step.outcome === 'create' || step.outcome === 'copy') {
    const what = { workspaceId, key: step.key, name, description, definition, now, policyId };
    const made = await createWebhook(joined(tx), sealer, what);
    if (!made) throw gone(step);
    step.id = present('webhook', made.id);
    if (given.preset) await setPreset(tx, workspaceId, made.id, given.preset, now);
    if (!given.enabled || missing.length > 0)
      await changeWebhook(joined(tx), workspaceId, made.id, { enabled: false }, now);
  }
}
