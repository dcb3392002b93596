import type { Connection, Sql } from '../platform/database/index.ts';
import { newId } from '../platform/ids.ts';

const findSql: Sql = {
  name: 'webhook-lane-find',
  text: 'SELECT id FROM lanes WHERE workspace_id = $1 AND webhook_id = $2 AND policy_id IS NOT DISTINCT FROM $3::uuid ORDER BY id LIMIT 1',
};
const makeSql: Sql = {
  name: 'webhook-lane-make',
  text: 'INSERT INTO lanes (id, workspace_id, webhook_id, policy_id) VALUES ($1, $2, $3, $4)',
};
const setSql: Sql = {
  name: 'webhook-lane-set',
  text: 'UPDATE webhooks SET lane_id = $3, policy_id = $4 WHERE workspace_id = $1 AND id = $2',
};

/**
 * Puts a webhook under a throughput policy, or under none: from now on its deliveries are queued in the lane of both.
 * What is queued already stays in the lane, and under the policy, in which it was queued.
 */
export async function laneFor(
  tx: Connection,
  workspaceId: string,
  webhookId: string,
  policyId: string | null,
  now: number,
): Promise<void> {
  const [found] = await tx.run<{ id: string }>(findSql, [workspaceId, webhookId, policyId]);
  const id = found?.id ?? newId(now);
  if (!found) await tx.run(makeSql, [id, workspaceId, webhookId, policyId]);
  await tx.run(setSql, [workspaceId, webhookId, id, policyId]);
}
