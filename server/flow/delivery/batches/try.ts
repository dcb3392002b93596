import type { MappingRule } from '../../../../shared/mapping.ts';
import type { Batch, WebhookDefinition } from '../../../../shared/webhook.ts';
import type { MapResult, RenderPool } from '../../rendering/index.ts';
import { entryVerdict } from './share.ts';

/** Entries of an answer that are looked at when it is tried. */
export const MOST_TRIED = 50;

/** How an answer's entries are read: the parts of a batch's `results` that need no profile. */
export type EntryRules = Pick<NonNullable<Batch['results']>, 'list' | 'status' | 'success'>;

/** What became of an entry's profile, and why if it wasn't delivered. */
export interface EntryTried {
  state: 'delivered' | 'retry' | 'failed';
  reason: string | null;
}

/**
 * What the entries of a batch's answer say, the first MOST_TRIED of them in the order of the answer, and what is mapped
 * from the first. Never throws: what can't be read is said as the reason of every rule, and in `trouble`.
 */
export async function tryEntries(
  job: { body: string; rules: MappingRule[]; entries: EntryRules; statuses: WebhookDefinition['statuses'] },
  pool: Pick<RenderPool, 'entries'>,
): Promise<MapResult & { entries: EntryTried[]; trouble: string | null }> {
  const { list, status, success } = job.entries;
  const answer = await pool.entries({
    body: job.body,
    list,
    match: null,
    keys: Array<null>(MOST_TRIED).fill(null),
    status: status ?? null,
    rules: job.rules,
  });
  const found = 'ok' in answer && answer.ok ? answer.entries.filter((one) => one !== null) : [];
  const [first] = found;
  if (!first) {
    const reason = 'message' in answer ? answer.message : `The answer has no entry at ${list}.`;
    const refused = job.rules.map(({ attribute }) => ({ attribute, reason }));
    return { changes: [], refused, entries: [], trouble: reason };
  }
  const entries = found.map((entry): EntryTried => {
    const verdict = entryVerdict(entry, job.statuses, success, 200);
    if (verdict === null) return { state: 'delivered', reason: null };
    return { state: verdict.class === 'retryable' ? 'retry' : 'failed', reason: verdict.message };
  });
  return { changes: first.changes, refused: first.refused, entries, trouble: null };
}
