import { readFileSync, statSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * The machine as far as process numbers go: name, boot and process-number space (a container has its own). Two
 * processes with the same one see each other in /proc. Null where that can't be told: then nothing is concluded.
 */
export function machineIdentity(): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${hostname()} ${boot} ${statSync('/proc/self/ns/pid').ino}`;
  } catch {
    return null;
  }
}

/** When a process started, in ticks since boot; null when it is gone, '' when it is there but can't be read. */
export function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // After the name, which is in parentheses and may hold anything: state is field 3, start time field 22.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? '');
  } catch {
    try {
      process.kill(pid, 0);
      return '';
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'ESRCH' ? null : '';
    }
  }
}
