const WINDOW_MS = 15 * 60_000;
const MAX_HELD = 50_000;

/**
 * Counts wrong tries: `most` in 15 minutes for one name (an email, an address). Held in this process: a restart forgives.
 * Fails closed when full: the oldest names are forgotten, never the newest.
 */
export function createThrottle(most: number, monotonic: () => number = () => performance.now()) {
  const tries = new Map<string, { count: number; until: number }>();
  const of = (name: string) => {
    const found = tries.get(name);
    return found && found.until > monotonic() ? found : null;
  };
  return {
    /** Whether the name has used up its tries. */
    blocked: (name: string) => (of(name)?.count ?? 0) >= most,
    wrong(name: string): void {
      const found = of(name);
      if (found) found.count++;
      else {
        tries.delete(name);
        if (tries.size >= MAX_HELD) tries.delete(tries.keys().next().value!);
        tries.set(name, { count: 1, until: monotonic() + WINDOW_MS });
      }
    },
    forgive: (name: string) => void tries.delete(name),
  };
}
