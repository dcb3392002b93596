/** How much a turn takes at most: facts of a partition and workspace by class, timers of a partition. */
export const LIMITS = { live: 32, bulk: 8, timers: 16, isolated: 200 };

// Live facts wait for the turn under way, so bulk ones fill it no longer than this.
const LONG_MS = 200;

/**
 * How many bulk facts the next turn takes of a partition and workspace: fewer after a long turn, more after a short one, and
 * the fewer the more workspaces had some, so that live facts leave soon however slow the machine and however many campaigns
 * run at once. `last`: what the last turn took at most, `tookMs` how long it lasted.
 */
export function bulkLimit(last: number, tookMs: number, workspaces: number): number {
  const most = Math.max(1, Math.min(LIMITS.bulk, Math.floor((2 * LIMITS.bulk) / Math.max(1, workspaces))));
  const next = tookMs > LONG_MS ? Math.floor(last / 2) : tookMs < LONG_MS / 2 ? last + 1 : last;
  return Math.max(1, Math.min(most, next));
}
