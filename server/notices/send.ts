import { deliveryHeaders, type Keyring } from '../connections/index.ts';
import type { Clock } from '../platform/clock.ts';
import type { Connection, Sql } from '../platform/database/index.ts';
import type { Egress } from '../platform/egress/index.ts';
import { present } from '../platform/ids.ts';
import type { Log } from '../platform/log.ts';
import type { NoticeKind } from './raise.ts';
import { pathOf } from './subject.ts';

export interface SendNoticeParts {
  database: Connection;
  clock: Clock;
  log: Log;
  egress: Egress;
  keyring: Keyring;
  /** What links begin with. */
  publicUrl: string;
  definitionsVersion(): number;
}

// After the first try, and the last: then the word is dropped; the notice stands in the application all the same.
const WAITS_MS = [5_000, 30_000, 120_000, 600_000, 1_800_000, 3_600_000];
const TIMEOUT_MS = 10_000;
const A_ROUND = 10;
// Longer than a send takes: when its process dies the next one repeats it, under the same id.
const LEASE_MS = 30_000;

const claim: Sql = {
  name: 'notice-claim',
  text: `WITH due AS (
      SELECT workspace_id, id FROM notice_outbox WHERE due_at <= $1 ORDER BY due_at LIMIT ${A_ROUND} FOR UPDATE SKIP LOCKED),
    mine AS (
      UPDATE notice_outbox o SET due_at = $1::int8 + ${LEASE_MS}, tries = tries + 1 FROM due
      WHERE (o.workspace_id, o.id) = (due.workspace_id, due.id) RETURNING o.*)
    SELECT m.workspace_id AS "workspaceId", m.id, m.event, m.at, m.tries, n.id AS "noticeId", n.kind, n.subject, n.message, n.since, n.ended_at AS "endedAt", n.times,
      w.notice_url AS url, w.name AS workspace
    FROM mine m JOIN workspaces w ON w.id = m.workspace_id JOIN notices n ON (n.workspace_id, n.id) = (m.workspace_id, m.notice_id)`,
};
const done: Sql = { name: 'notice-sent', text: 'DELETE FROM notice_outbox WHERE workspace_id = $1 AND id = $2' };
const later: Sql = {
  name: 'notice-later',
  text: 'UPDATE notice_outbox SET due_at = $3, tries = $4 WHERE workspace_id = $1 AND id = $2',
};
const orphans: Sql = {
  name: 'notice-orphans',
  text: 'DELETE FROM notice_outbox o WHERE NOT EXISTS (SELECT 1 FROM notices n WHERE (n.workspace_id, n.id) = (o.workspace_id, o.notice_id))',
};

interface Word {
  workspaceId: string;
  id: string;
  event: 'began' | 'ended';
  at: number;
  tries: number;
  noticeId: string;
  kind: NoticeKind;
  subject: string;
  message: string;
  since: number;
  endedAt: number | null;
  times: number;
  url: string | null;
  workspace: string;
}

/** Sends what is due of all workspaces' notices, ten at most. Returns how many were looked at. */
export async function sendNotices(parts: SendNoticeParts): Promise<number> {
  const words = await parts.database.run<Word>(claim, [parts.clock.now()]);
  await Promise.all(words.map((word) => send(parts, word)));
  return words.length;
}

/** Drops what is to be said of notices that are gone. */
export async function dropOrphanWords(on: Connection): Promise<void> {
  await on.run(orphans);
}

// A failure raises no notice and opens no breaker: a notice of a notice would never end.
async function send(parts: SendNoticeParts, word: Word): Promise<void> {
  const { database, clock, log, keyring } = parts;
  const { workspaceId, id, url, tries } = word;
  if (url === null) return void (await database.run(done, [workspaceId, id]));
  const now = clock.now();
  const secrets = await keyring.loadSigningSecrets(workspaceId, null, parts.definitionsVersion(), now);
  const body = Buffer.from(JSON.stringify(bodyOf(word, parts.publicUrl)));
  const messageId = present('noticeWord', id);
  const signed = deliveryHeaders({
    scheme: 'standard-webhooks',
    secrets,
    header: '',
    messageId,
    idempotencyKey: messageId,
    timestampMs: now,
    body,
  });
  const exchange = await parts.egress.exchange({
    method: 'POST',
    url,
    headers: [['content-type', 'application/json'], ...signed],
    body,
    timeoutMs: TIMEOUT_MS,
  });
  if (exchange.ok && exchange.status >= 200 && exchange.status < 300)
    return void (await database.run(done, [workspaceId, id]));
  const why = exchange.ok ? `it answered ${exchange.status}` : exchange.trouble.message;
  // Our own trouble uses up no try.
  const used = !exchange.ok && (exchange.trouble.class === 'ours' || exchange.trouble.class === 'deferred') ? 0 : 1;
  const wait = WAITS_MS[tries - 1];
  if (wait === undefined && used === 1) {
    log.warn({ workspace: workspaceId, why }, 'a notice could not be sent and is given up');
    return void (await database.run(done, [workspaceId, id]));
  }
  await database.run(later, [workspaceId, id, clock.now() + (wait ?? WAITS_MS[0]!), tries - 1 + used]);
}

function bodyOf(word: Word, publicUrl: string) {
  const { kind, subject, message, times } = word;
  const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
  return {
    type: `notice.${word.event}`,
    timestamp: iso(word.at),
    data: {
      id: present('notice', word.noticeId),
      workspace: { id: present('workspace', word.workspaceId), name: word.workspace },
      kind,
      subject,
      message,
      times,
      since: iso(word.since),
      ended_at: iso(word.event === 'began' ? null : word.endedAt),
      link: `${publicUrl}${pathOf(kind, subject)}`,
    },
  };
}
