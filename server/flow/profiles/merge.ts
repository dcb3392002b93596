import type { ProfileState } from './state.ts';

/**
 * The winner after taking over what the loser knows: of each attribute the newer change wins (the winner's at a tie),
 * lists included. The older creation time stays. Pure.
 */
export function mergeProfiles(winner: ProfileState, loser: ProfileState, at: number): ProfileState {
  const attributes = { ...winner.attributes };
  const changes = { ...winner.changes };
  for (const [name, value] of Object.entries(loser.attributes)) {
    const theirs = loser.changes[name];
    const ours = changes[name];
    if (Object.hasOwn(attributes, name) && (ours?.[0] ?? 0) >= (theirs?.[0] ?? 0)) continue;
    attributes[name] = value;
    if (theirs) changes[name] = theirs;
  }
  return {
    ...winner,
    attributes,
    changes,
    createdAt: Math.min(winner.createdAt, loser.createdAt),
    updatedAt: at,
    dirty: true,
    text: null,
  };
}
