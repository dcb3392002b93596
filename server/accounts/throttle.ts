const WINDOW_MS = 15 * 60_000;
const MAX_HELD = 50_000;

/**
 * Counts tries: `most` wrong ones in 15 minutes for one name (an email, an address). Held in this process: a restart forgives.
 * Fails closed when full: the oldest names are forgotten, never the newest.
 */
export function createThrottle(most: number, monotonic: () => number = () => performance.now()) {
  const tries = new Map<string, { count: number; until: number }>();
  const of = (name: string) => {
    const found = tries.get(name);
    return found && found.until > monotonic() ? found : null;
  };
  return {
    /** Counts a try before it is made, so that many at once count too; false when the name has used up its tries. */
    take(name: string): boolean {
      const found = of(name);
      if (found) return ++found.count <= most;
      tries.delete(name);
      if (tries.size >= MAX_HELD) tries.delete(tries.keys().next().value!);
      tries.set(name, { count: 1, until: monotonic() + WINDOW_MS });
      return true;
    },
    /** Takes a try back that was right. */
    giveBack(name: string): void {
      const found = of(name);
      if (found) found.count--;
    },
    forgive: (name: string) => void tries.delete(name),
  };
}
