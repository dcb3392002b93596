import type { Connection, Sql } from '../../../platform/database/index.ts';
import { present } from '../../../platform/ids.ts';
import { readDefinition } from './scenario.ts';

/** A scenario with a webhook step of one webhook: in its working copy, in the version that profiles enter, or in both. */
export interface ScenarioUse {
  id: string;
  name: string;
  state: string;
  inDraft: boolean;
  published: boolean;
}

// A workspace has some hundred scenarios; the texts are searched before any is taken apart.
const using: Sql = {
  name: 'scenario-using',
  text: `SELECT s.id, s.name, s.state, s.draft, v.definition FROM scenarios s
    LEFT JOIN LATERAL (SELECT x.definition FROM scenario_versions x
      WHERE x.workspace_id = s.workspace_id AND x.scenario_id = s.id AND x.version = s.version LIMIT 1) v ON true
    WHERE s.workspace_id = $1 AND ($2::uuid IS NULL OR s.id < $2)
      AND (position($3 in s.draft) > 0 OR position($4 in s.draft) > 0 OR position($5 in v.definition) > 0)
    ORDER BY s.id DESC LIMIT $6`,
};

/** One page of the scenarios that use a webhook, newest first. `next`: where to go on, null at the end. */
export async function listScenariosUsing(
  on: Connection,
  workspaceId: string,
  webhook: { id: string; key: string },
  options: { before: string | null; limit: number },
): Promise<{ items: ScenarioUse[]; next: string | null }> {
  const { id, key } = webhook;
  const names = [present('webhook', id), key];
  type Row = { id: string; name: string; state: string; draft: string; definition: string | null };
  const quoted = [...names, id].map((name) => JSON.stringify(name));
  const rows = await on.run<Row>(using, [workspaceId, options.before, ...quoted, options.limit + 1]);
  const shown = rows.slice(0, options.limit);
  const items = shown.map(({ draft, definition, ...row }) => ({
    ...row,
    inDraft: uses(draft, names),
    published: definition !== null && uses(definition, [id]),
  }));
  return {
    items: items.filter((one) => one.inDraft || one.published),
    next: rows.length > options.limit ? shown.at(-1)!.id : null,
  };
}

const uses = (text: string, names: readonly string[]) =>
  readDefinition(text).steps.some((step) => step.kind === 'webhook' && names.includes(step.webhook));
