/** How much a turn takes at most: facts of a partition and workspace by class, timers of a partition. */
export const LIMITS = { live: 32, bulk: 8, timers: 16, isolated: 200 };

/**
 * How many bulk facts a turn takes of a partition and workspace when so many workspaces had some in the last one: a turn
 * stays short, and live facts leave within it, however many campaigns run at once.
 */
export function bulkLimit(workspaces: number): number {
  return Math.max(1, Math.min(LIMITS.bulk, Math.floor((2 * LIMITS.bulk) / Math.max(1, workspaces))));
}
