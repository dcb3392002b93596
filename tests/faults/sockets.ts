import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Which of some processes of this machine has a connection from a local port; null when none has, or it is gone. */
export function processOf(port: number, pids: readonly number[]): number | null {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const inodes = new Set(
    ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .slice(1)
        .map((line) => line.trim().split(/\s+/))
        .filter((fields) => fields[1]?.endsWith(`:${hex}`))
        .map((fields) => `socket:[${fields[9]}]`),
    ),
  );
  for (const pid of pids) {
    try {
      for (const fd of readdirSync(`/proc/${pid}/fd`)) {
        try {
          if (inodes.has(readlinkSync(`/proc/${pid}/fd/${fd}`))) return pid;
        } catch {
          // Closed meanwhile.
        }
      }
    } catch {
      // The process is gone.
    }
  }
  return null;
}
