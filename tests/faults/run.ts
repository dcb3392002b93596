import { checkAll } from './check-all.ts';
import { Client } from './client.ts';
import { startCluster } from './cluster.ts';
import type { ChaosVerdict } from './evidence.ts';
import { seeded } from './random.ts';
import { chaosReceiver } from './receiver.ts';
import { callsOf, eventsAt, prepareScene } from './scene.ts';
import { type Kind, Trouble } from './trouble.ts';
import { watchCommits, watchLimits } from './watch.ts';

/** One run of trouble under traffic. */
export interface ChaosOptions {
  seed: number;
  /** How long there is trouble. */
  seconds: number;
  /** Events a second that the client offers. */
  rate: number;
  /** Mean time between two troubles, ms. */
  everyMs: number;
  /** Roles of each process, as `--roles` takes them. */
  processes: readonly string[];
  /** Kinds of trouble that are left out. */
  without?: readonly Kind[];
  print: (line: string) => void;
}

/** What happened, and what was proved. */
export interface ChaosTotals extends ChaosVerdict {
  events: number;
  perSecond: number;
  trouble: Record<string, number>;
  connectionsReset: number;
  /** Acknowledgements that the client never saw: it repeated the calls. */
  answersLost: number;
  /** Kills at which requests were unanswered and sends were open. */
  busyKills: number;
  requestsSeen: number;
  repeats: number;
  settings: Record<string, string>;
}

// What piles up behind the limited receiver in a long run takes as long again.
const DRY_MS = 240_000;
const LEFT = `SELECT (SELECT count(*) FROM inbox WHERE partition >= 0) AS inbox, (SELECT count(*) FROM lane_queue WHERE partition >= 0) AS queue,
  (SELECT count(*) FROM enrollments WHERE state = 1) AS open`;
/** What is left is worked off more slowly than this: it waits for its time. */
const FEW_A_SECOND = 10;

/**
 * Sends events at a steady rate while everything that can be in trouble is, at moments that the seed decides; lets
 * everything run dry, and checks the client's log, the receivers' logs and the database against one another.
 */
export async function runChaos(options: ChaosOptions): Promise<ChaosTotals> {
  const { print } = options;
  const random = seeded(options.seed);
  const cluster = await startCluster(options.processes);
  const { sql, programs } = cluster;
  const commits = watchCommits(cluster.connection);
  const faulty = await chaosReceiver(seeded(options.seed + 1), { arrived: commits.arrived });
  const limited = await chaosReceiver(seeded(options.seed + 2), { slow: 0.05, arrived: commits.arrived });
  const calm = await chaosReceiver(seeded(options.seed + 3), { resets: 0, errors: 0, arrived: commits.arrived });
  const receivers = [faulty, limited, calm];
  try {
    await programs[0]!.start();
    await Promise.all(programs.slice(1).map((program) => program.start()));
    const settings: Record<string, string> = {};
    for (const name of ['fsync', 'full_page_writes', 'synchronous_commit'])
      settings[name] = (await sql<Record<string, string>>(`SHOW ${name}`))[0]![name]!;
    const urls = programs.filter(({ roles }) => roles.includes('api')).map(({ url }) => url);
    const scene = await prepareScene(callsOf(urls[0]!, cluster.key), {
      faulty: faulty.url,
      limited: limited.url,
      calm: calm.url,
    });
    await watchLimits(sql);

    const client = new Client({
      urls,
      key: cluster.key,
      rate: options.rate,
      names: eventsAt(options.rate),
      random: seeded(options.seed + 4),
    });
    const trouble = new Trouble({
      cluster,
      faulty,
      random,
      print,
      without: options.without ?? [],
      busy: () => client.unanswered > 0 && receivers.some((receiver) => receiver.open() > 0),
    });
    const began = performance.now();
    let making = true;
    const traffic = client.run(0, () => making);
    await trouble.run(options.seconds * 1_000, options.everyMs);
    making = false;
    const acknowledged = await traffic;
    const perSecond = Math.round(acknowledged.length / ((performance.now() - began) / 1000));
    const counts = Object.fromEntries([...trouble.counts].sort(([a], [b]) => (a < b ? -1 : 1)));
    print(`${acknowledged.length} events acknowledged at ${perSecond} a second, during ${JSON.stringify(counts)}`);

    const end = performance.now() + Math.max(DRY_MS, options.seconds * 1_000);
    for (let round = 0, before = Number.POSITIVE_INFINITY; ; round++) {
      // The last trouble may have been the database's.
      const [left] = await sql<{ inbox: string; queue: string; open: string }>(LEFT).catch(() => []);
      const wait = left && Number(left.inbox) + Number(left.queue);
      if (left && wait === 0 && Number(left.open) === 0) break;
      if (performance.now() > end)
        throw new Error(`not everything came to its end: ${JSON.stringify(left)}\n${programs[0]!.output}`);
      // Waits of minutes (for a retry, for a probe) pass in seconds. A jump holds up what is under way, so it comes when
      // little goes on by itself.
      if (round % 4 === 3 && wait !== undefined) {
        if (before - wait < FEW_A_SECOND) await trouble.jump(30_000);
        before = wait;
      }
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    await trouble.settle();
    const verdict = await checkAll(sql, { acknowledged, faulty, limited, calm, scene, trouble, commits });
    const seen = receivers.flatMap((receiver) => [...receiver.seen.values()]);
    const requestsSeen = seen.reduce((n, { times }) => n + times, 0);
    return {
      ...verdict,
      events: acknowledged.length,
      perSecond,
      trouble: counts,
      connectionsReset: cluster.relay.resets(),
      answersLost: client.lost,
      busyKills: trouble.busyKills,
      requestsSeen,
      repeats: requestsSeen - seen.length,
      settings,
    };
  } finally {
    await commits.close();
    await cluster.close();
    await Promise.all(receivers.map((receiver) => receiver.close()));
  }
}
