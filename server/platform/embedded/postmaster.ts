import { readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { Place } from './place.ts';

const FAST_MS = 10_000;
const IMMEDIATE_MS = 10_000;
const LEFTOVERS_MS = 10_000;

/** Sees to it that no PostgreSQL runs on the place: stops one that a killed parent left behind, clears stale locks. */
export async function clearPlace(place: Place): Promise<void> {
  const pid = postmasterPid(place);
  if (pid !== null && isOurs(pid, place)) {
    await stopPostmaster(pid, place);
  } else if (await answers(place)) {
    // Not among our processes, and yet there: another container or machine shares the folder. Fails closed.
    throw new Error(
      `Another PostgreSQL, which is not one of this machine's visible processes, is using ${place.data}. Stop the Handoff that it belongs to (another container with the same volume?), or set HANDOFF_DATA.`,
    );
  }
  await endLeftovers(place);
  // PostgreSQL itself takes any living process of that number for its own, as after a restart of a container.
  for (const file of [
    join(place.data, 'postmaster.pid'),
    join(place.socket, '.s.PGSQL.5432'),
    `${join(place.socket, '.s.PGSQL.5432')}.lock`,
  ]) {
    rmSync(file, { force: true });
  }
}

/**
 * Ends what a postmaster that was killed left behind. Fails closed: two servers' processes must never write to the same
 * files, so nothing is started while one of the old is there.
 */
async function endLeftovers(place: Place): Promise<void> {
  const until = performance.now() + LEFTOVERS_MS;
  for (;;) {
    const left = readdirSync('/proc')
      .map(Number)
      .filter((pid) => Number.isInteger(pid) && isOurs(pid, place));
    if (left.length === 0) return;
    if (performance.now() > until) {
      throw new Error(
        `Processes of an earlier PostgreSQL on ${place.data} do not end (${left.join(', ')}). End them, then start again.`,
      );
    }
    for (const pid of left) signal(pid, 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Stops a postmaster: fast (connections are ended, a checkpoint is written), and if that takes too long, at once. */
export async function stopPostmaster(pid: number, place: Place): Promise<void> {
  for (const [how, ms] of [
    ['SIGINT', FAST_MS],
    ['SIGQUIT', IMMEDIATE_MS],
  ] as const) {
    signal(pid, how);
    const until = performance.now() + ms;
    while (performance.now() < until) {
      if (!isOurs(pid, place)) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  await endLeftovers(place);
}

/** Whether a process is a PostgreSQL of this place: its program and its working folder say so. */
function isOurs(pid: number, place: Place): boolean {
  try {
    if (readFileSync(`/proc/${pid}/comm`, 'utf8') !== 'postgres\n') return false;
    return readlinkSync(`/proc/${pid}/cwd`) === place.data;
  } catch {
    return false; // gone, or another user's
  }
}

function postmasterPid(place: Place): number | null {
  try {
    const pid = Number(readFileSync(join(place.data, 'postmaster.pid'), 'utf8').split('\n')[0]);
    return Number.isInteger(pid) && pid > 1 ? pid : null;
  } catch {
    return null;
  }
}

function answers(place: Place): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(join(place.socket, '.s.PGSQL.5432'));
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.on('connect', () => end(true)).on('error', () => end(false));
  });
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {} // gone meanwhile
}
