import type { Migration } from '../platform/database/index.ts';
import { core } from './0001-core.ts';
import { byKey } from './0002-by-key.ts';
import { accounts } from './0003-accounts.ts';
import { inspector } from './0004-inspector.ts';
import { policies } from './0005-policies.ts';
import { resendJobs } from './0006-resend-jobs.ts';
import { record } from './0007-record.ts';
import { campaigns } from './0008-campaigns.ts';
import { hashedSessions } from './0010-hashed-sessions.ts';
import { auditValues } from './0011-audit-values.ts';
import { eventsByTime } from './0012-events-by-time.ts';
import { credentials } from './0013-credentials.ts';
import { presets } from './0014-presets.ts';
import { notices } from './0016-notices.ts';
import { batches } from './0017-batches.ts';
import { quietQueues } from './0018-quiet-queues.ts';

export * from './codes.ts';
export { ensureDays } from './days.ts';
export { bumpDefinitions } from './definitions.ts';
export { forgetOldDays } from './retention.ts';

/** Every migration, oldest first. Forward-only: a landed one is never edited. */
export const migrations: readonly Migration[] = [
  core,
  byKey,
  accounts,
  inspector,
  policies,
  record,
  campaigns,
  hashedSessions,
  auditValues,
  eventsByTime,
  resendJobs,
  credentials,
  presets,
  batches,
  notices,
  quietQueues,
];
