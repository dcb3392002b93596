import { readFileSync } from 'node:fs';

const SHELLS = ['sh', 'dash', 'bash', 'ash'];
const LOOK_MS = 500;

/**
 * Calls `gone` when the process that started this one has ended; looked at twice a second. npm starts programs through a
 * shell, which may stay between: then the one above it counts too. Returns a function that ends the watch.
 */
export function watchParent(gone: () => void): () => void {
  const before = ancestors();
  const timer = setInterval(() => {
    if (ancestors() === before) return;
    clearInterval(timer);
    gone();
  }, LOOK_MS);
  timer.unref();
  return () => clearInterval(timer);
}

function ancestors(): string {
  const parent = process.ppid;
  try {
    const stat = readFileSync(`/proc/${parent}/stat`, 'utf8');
    const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
    const above = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
    return SHELLS.includes(name) ? `${parent} ${above}` : String(parent);
  } catch {
    return String(parent);
  }
}
