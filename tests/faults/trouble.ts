import type { Cluster } from './cluster.ts';
import type { Program } from './program.ts';
import type { Mood, Receiver } from './receiver.ts';

/** The kinds of trouble, each with how often it comes beside the others. */
const WEIGHTS = {
  kill: 5,
  stop: 4,
  database_kill: 1,
  database_restart: 1,
  database_resets: 2,
  receiver_resets: 2,
  receiver_outage: 2,
  clock_jump: 3,
} as const;
export type Kind = keyof typeof WEIGHTS;
export const KINDS = Object.keys(WEIGHTS) as Kind[];

/** A span in which the faulty receiver was away and nothing else was wrong: performance.now(), ms. */
export interface Outage {
  mood: Mood;
  from: number;
  to: number;
}

/** What the trouble is made in. */
export interface Victims {
  cluster: Cluster;
  faulty: Receiver;
  random: () => number;
  /** Whether requests are unanswered and sends are open: a kill proves most then. */
  busy: () => boolean;
  print: (line: string) => void;
  /** Kinds that are left out. */
  without: readonly Kind[];
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
// What an outage leaves alone must have come to rest before it: takeovers, what was put off, and what had piled up.
const QUIET_MS = 4_000;
const MOST_QUIET_MS = 30_000;
const FEW = 60;
// A start whose database connection is reset ends in a sentence, and whoever supervises it starts it again.
const STARTING_MS = 8_000;
const MOODS: readonly Mood[] = ['refusing', 'failing', 'hanging'];

/** Makes trouble that a seed decides, several at a time, and counts it. */
export class Trouble {
  readonly counts = new Map<string, number>();
  readonly outages: Outage[] = [];
  /** Kills that came while requests were unanswered and sends were open. */
  busyKills = 0;
  /** Processes that ended without being told to, later than just after their start. */
  readonly endedAlone: string[] = [];
  /** When the test clock was moved on: performance.now(), ms. */
  readonly jumps: number[] = [];
  readonly #on: Victims;
  /** What is under way; processes in it are left alone by others. */
  readonly #open = new Set<Promise<void>>();
  readonly #hit = new Set<Program>();
  #bag: Kind[] = [];

  constructor(victims: Victims) {
    this.#on = victims;
  }

  /** Makes trouble for so long (ms), then waits until all of it is over and every process runs. */
  async run(ms: number, everyMs: number): Promise<void> {
    const end = performance.now() + ms;
    while (performance.now() < end) {
      await pause(everyMs * (0.4 + 1.2 * this.#on.random()));
      if (performance.now() >= end) break;
      const kind = this.#draw();
      if (kind === 'receiver_outage') await this.#outage();
      else this.#keep(this.#make(kind));
    }
    await this.settle();
  }

  /** Waits until what is under way is over. */
  async settle(): Promise<void> {
    do {
      await Promise.all(this.#open);
      this.#lookAtProcesses();
    } while (this.#open.size > 0);
  }

  // Out of a bag that holds each kind by its weight, so that a short run too has some of each.
  #draw(): Kind {
    const { random, without } = this.#on;
    if (this.#bag.length === 0) {
      this.#bag = Object.entries(WEIGHTS).flatMap(([kind, n]) =>
        without.includes(kind as Kind) ? [] : Array<Kind>(n).fill(kind as Kind),
      );
      for (let i = this.#bag.length - 1; i > 0; i--) {
        const j = Math.floor(random() * (i + 1));
        [this.#bag[i], this.#bag[j]] = [this.#bag[j]!, this.#bag[i]!];
      }
    }
    return this.#bag.pop()!;
  }

  #keep(work: Promise<void>): void {
    this.#open.add(work);
    work.finally(() => this.#open.delete(work)).catch(() => {});
  }

  #count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }

  async #make(kind: Exclude<Kind, 'receiver_outage'>): Promise<void> {
    const { cluster, faulty, random } = this.#on;
    if (kind === 'kill' || kind === 'stop') return this.#hitProcess(kind);
    this.#count(kind);
    if (kind === 'database_kill') cluster.signalDatabase('SIGKILL');
    else if (kind === 'database_restart') cluster.signalDatabase('SIGINT');
    else if (kind === 'database_resets') cluster.relay.reset(0.2 + 0.8 * random(), random);
    else if (kind === 'receiver_resets') faulty.reset();
    else await this.jump(Math.round(5_000 + 175_000 * random()));
  }

  /** Moves the test clock on. */
  async jump(ms: number): Promise<void> {
    this.jumps.push(performance.now());
    await this.#on.cluster.sql('UPDATE clock SET offset_ms = offset_ms + $1', [ms]).catch(() => {});
  }

  async #hitProcess(kind: 'kill' | 'stop'): Promise<void> {
    const { cluster, random, busy } = this.#on;
    this.#lookAtProcesses();
    const free = cluster.programs.filter((program) => !this.#hit.has(program));
    const [pick, long, rest] = [random(), random(), random()];
    // Often the one that decides for the policy: its successor must count what it had booked.
    const owner = kind === 'kill' && pick < 0.5 ? await this.#ownerOfPolicy() : undefined;
    const victim = free.find((program) => program.pid === owner) ?? free[Math.floor(pick * free.length)];
    if (!victim) return;
    this.#hit.add(victim);
    this.#count(`${kind} of ${victim.roles}`);
    if (kind === 'stop') {
      victim.signal('SIGSTOP');
      // Shorter and longer than the lease of five seconds.
      await pause(500 + 9_000 * long * long);
      victim.signal('SIGCONT');
    } else {
      for (let i = 0; i < 200 && !busy(); i++) await pause(5);
      if (busy()) this.busyKills++;
      await victim.end('SIGKILL');
      await pause(1_500 * rest);
      await this.#startAgain(victim);
    }
    this.#hit.delete(victim);
  }

  async #ownerOfPolicy(): Promise<number | undefined> {
    const text = 'SELECT r.pid FROM policies p JOIN processes r ON r.id = p.owner LIMIT 1';
    const rows = await this.#on.cluster.sql<{ pid: number }>(text).catch(() => []);
    return rows[0]?.pid;
  }

  /** Starts it as a supervisor would: again when the database is reset under its start. */
  async #startAgain(program: Program): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        return await program.start();
      } catch (error) {
        if (tries === 10) throw error;
        this.#count('starts in vain');
        await pause(500);
      }
    }
  }

  /** The faulty receiver goes away, by itself: nothing else is wrong, so that nothing else may be late. */
  async #outage(): Promise<void> {
    const { faulty, random } = this.#on;
    const mood = MOODS[Math.floor(random() * MOODS.length)]!;
    const ms = 4_000 + 8_000 * random();
    await this.settle();
    const end = performance.now() + MOST_QUIET_MS;
    do await pause(QUIET_MS);
    while (performance.now() < end && (await this.#backlog()) > FEW);
    this.#count(`outage: ${mood}`);
    const from = performance.now();
    faulty.be(mood);
    await pause(ms);
    this.outages.push({ mood, from, to: performance.now() });
    faulty.be('well');
  }

  /** Facts that wait, and deliveries to receivers without trouble that are due. */
  async #backlog(): Promise<number> {
    const [row] = await this.#on.cluster
      .sql<{ n: string }>(
        `SELECT (SELECT count(*) FROM inbox WHERE partition >= 0) + (SELECT count(*) FROM lane_queue q JOIN lanes l ON l.id = q.lane_id
        JOIN webhooks w ON w.id = l.webhook_id WHERE w.name = 'calm') AS n`,
      )
      .catch(() => [{ n: 'Infinity' }]);
    return Number(row!.n);
  }

  #lookAtProcesses(): void {
    for (const program of this.#on.cluster.programs) {
      if (program.runs || this.#hit.has(program)) continue;
      if (program.ranMs < STARTING_MS) this.#count('starts in vain');
      else this.endedAlone.push(`${program.roles}: ${program.output.slice(-1_500)}`);
      this.#hit.add(program);
      this.#keep(this.#startAgain(program).finally(() => this.#hit.delete(program)));
    }
  }
}
