/** How much a turn takes at most: facts of a partition and workspace by class, timers of a partition. */
export const LIMITS = { live: 32, bulk: 8, timers: 16, isolated: 200 };
