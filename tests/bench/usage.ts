import { readFileSync } from 'node:fs';

/**
 * What processes have used: CPU time in µs since they started, and memory in MB now. `rss` counts a page that several
 * processes share (the Node binary itself, above all) once for each of them, `pss` in equal parts.
 */
export interface Usage {
  cpu: number;
  rss: number;
  pss: number;
}

const TICK_US = 10_000; // USER_HZ is 100 wherever Linux shows it to programs

/** Ids of the children of a process; none when it is gone. */
export function childrenOf(pid: number): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    return text === '' ? [] : text.split(' ').map(Number);
  } catch {
    return [];
  }
}

/** What processes use together: `own` of themselves, `children` of their children that ended. */
export function usageOf(pids: readonly number[]): { own: Usage; children: number } {
  const own = { cpu: 0, rss: 0, pss: 0 };
  let children = 0;
  for (const pid of pids) {
    try {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ').map(Number);
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      own.cpu += (fields[11]! + fields[12]!) * TICK_US;
      children += (fields[13]! + fields[14]!) * TICK_US;
      own.rss += Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
      own.pss += pssOf(pid) / 1024;
    } catch {
      // It ended meanwhile, and its parent counts it.
    }
  }
  return { own, children };
}

/** Proportional memory in kB; 0 where the kernel doesn't tell, as of another user's process. */
function pssOf(pid: number): number {
  try {
    return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
