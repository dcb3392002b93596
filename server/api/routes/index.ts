import type { Route } from '../route.ts';
import { attributeRoutes } from './attributes.ts';
import { auditRoutes } from './audit.ts';
import { batchRoutes } from './batches.ts';
import { credentialRoutes } from './credentials.ts';
import { curlRoutes } from './curl.ts';
import { deliveryRoutes } from './deliveries.ts';
import { dryRunRoutes } from './dry-run.ts';
import { egressRoutes } from './egress.ts';
import { enrollmentRoutes } from './enrollments.ts';
import { eventRoutes } from './events.ts';
import { failedFactRoutes } from './failed-facts.ts';
import { galleryRoutes } from './gallery.ts';
import { inspectorRoutes } from './inspectors.ts';
import { keyRoutes } from './keys.ts';
import { mappingRoutes } from './mappings.ts';
import { noticeRoutes } from './notices.ts';
import { operationRoutes } from './operations.ts';
import { originRoutes } from './origins.ts';
import { overviewRoutes } from './overview.ts';
import { peopleRoutes } from './people.ts';
import { policyRoutes } from './policies.ts';
import { portableRoutes } from './portable.ts';
import { presetRoutes } from './presets.ts';
import { profileCountRoutes } from './profile-count.ts';
import { profileHistoryRoutes } from './profile-history.ts';
import { profileNameRoutes } from './profile-names.ts';
import { profileRoutes } from './profiles.ts';
import { resendRoutes } from './resends.ts';
import { runRoutes } from './runs.ts';
import { sampleRoutes } from './sample.ts';
import { scenarioRoutes } from './scenarios.ts';
import { searchRoutes } from './search.ts';
import { tryingRoutes } from './trying.ts';
import { webhookUseRoutes } from './webhook-use.ts';
import { webhookVersionRoutes } from './webhook-versions.ts';
import { webhookRoutes } from './webhooks.ts';
import { workspaceRoutes } from './workspace.ts';

/** Every route of /api/v1. */
export const routes: readonly Route[] = [
  ...workspaceRoutes,
  ...profileRoutes,
  ...profileCountRoutes,
  ...profileHistoryRoutes,
  ...profileNameRoutes,
  ...attributeRoutes,
  ...eventRoutes,
  ...tryingRoutes,
  ...mappingRoutes,
  ...webhookRoutes,
  ...webhookVersionRoutes,
  ...curlRoutes,
  ...galleryRoutes,
  ...webhookUseRoutes,
  ...scenarioRoutes,
  ...runRoutes,
  ...dryRunRoutes,
  ...enrollmentRoutes,
  ...batchRoutes,
  ...deliveryRoutes,
  ...resendRoutes,
  ...failedFactRoutes,
  ...noticeRoutes,
  ...egressRoutes,
  ...keyRoutes,
  ...credentialRoutes,
  ...presetRoutes,
  ...overviewRoutes,
  ...policyRoutes,
  ...originRoutes,
  ...operationRoutes,
  ...inspectorRoutes,
  ...portableRoutes,
  ...sampleRoutes,
  ...peopleRoutes,
  ...auditRoutes,
  ...searchRoutes,
];
