import { flushCompileCache } from 'node:module';
import { pathToFileURL } from 'node:url';
import { announcement, type ShownKey, type ShownLink } from './announce.ts';
import type { ApiThreadData } from './api-thread.ts';
import { asksForHelp, type Config, helpText, readConfig, SettingError } from './config.ts';
import type { Fresh } from './flow/delivery/index.ts';
import { localSecret, privateFile } from './local-secrets.ts';
import { watchParent } from './parent.ts';
import type { Parts } from './parts.ts';
import { startBus } from './platform/bus.ts';
import { Clock } from './platform/clock.ts';
import { openDataFolder } from './platform/embedded/index.ts';
import { messageOf } from './platform/errors.ts';
import { createLog, type Log } from './platform/log.ts';
import { createProcesses } from './platform/processes.ts';
import { createSecrets } from './platform/secrets.ts';
import { Signals } from './platform/signals.ts';
import { startThread } from './platform/thread.ts';
import { ensureDays } from './schema/index.ts';
import { openStore } from './store.ts';

const NODE = 24;
const STOP_MS = 15_000;
const DAYS_MS = 3_600_000;

type Stop = () => Promise<void> | void;

/** Starts the program as the environment and the arguments say, and lets it run until it is told to stop. */
export async function run(): Promise<void> {
  if (Number.parseInt(process.versions.node, 10) < NODE) {
    return end(`Handoff needs Node ${NODE}, and this is ${process.version}: start it with "npm start".`);
  }
  const argv = process.argv.slice(2);
  if (asksForHelp(argv)) {
    process.stdout.write(helpText());
    return;
  }
  let config: Config;
  try {
    config = readConfig(process.env, argv);
  } catch (error) {
    if (error instanceof SettingError) return end(error.message);
    throw error;
  }
  const log = createLog(config.logLevel);
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) process.on(event, unexpected(log));
  // What has been started, and how it is stopped: in reverse, also when the start was interrupted or failed half-way.
  const stops: Stop[] = [];
  let stopping: Promise<void> | null = null;
  const stop = (why: string, code: number) => {
    if (stopping) {
      log.warn({ why }, 'ending at once');
      process.exit(code || 130);
    }
    if (code === 0) log.info({ why }, 'stopping');
    stopping = stopAll(stops, log).then(() => process.exit(code));
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => stop(signal, 0));
  if (config.followParent) watchParent(() => stop('the process that started this one is gone', 0));
  try {
    process.stdout.write(await start(config, log, stops));
    // Now, and not at the end, which may be a kill; a start that compiled nothing anew writes nothing.
    flushCompileCache();
  } catch (error) {
    if (stopping) return;
    process.stderr.write(`${sentenceOf(error, config)}\n`);
    log.debug({ error: error instanceof Error ? error.stack : null }, 'the start failed');
    stop('the start failed', 1);
  }
}

/** Ends the process by an error after which nothing is certain; whoever supervises it starts it again. */
function unexpected(log: Log): (error: unknown) => void {
  return (error) => {
    log.fatal({ error: error instanceof Error ? error.stack : String(error) }, 'an error that nobody expected');
    process.exit(1);
  };
}

/** Starts everything, and returns what to print then. */
async function start(config: Config, log: Log, stops: Stop[]): Promise<string> {
  const began = performance.now();
  const key = readKeys(config);
  const store = await openStore(config, log);
  stops.push(() => store.close());
  const { database } = store;
  const clock = new Clock();
  const processes = await createProcesses({ database, clock, log, roles: config.roles });
  stops.push(() => processes.stop());
  const signals = new Signals();
  const bus = await startBus({ database, signals, log, alone: () => processes.alone() });
  stops.push(() => bus.stop());
  const days = () => ensureDays((work) => database.transaction(work), clock.now());
  await days();
  const hourly = setInterval(() => {
    days().catch((error) =>
      log.error({ error: messageOf(error) }, 'day partitions could not be made; tried again in an hour'),
    );
  }, DAYS_MS);
  stops.push(() => clearInterval(hourly));
  const secrets = createSecrets(config.secret!);
  const parts: Parts = { database, clock, log, signals, secrets, processes, config };
  const { ensureFirstRun, firstLink } = await import('./accounts/index.ts');
  await ensureFirstRun(parts);
  // From the last station to the first, so that nothing arrives where nobody works yet. A role that this process
  // doesn't have isn't loaded.
  let fresh: Fresh | undefined;
  const roles = {
    delivery: async () => {
      const delivery = await (await import('./flow/delivery/index.ts')).startDelivery(parts);
      fresh = delivery.fresh;
      return delivery;
    },
    engine: async () => (await import('./flow/engine/index.ts')).startEngine({ ...parts, fresh }),
    // In a thread of its own, where there are others: what people and senders ask for and what goes out delay one
    // another less, and take two processors where there are two.
    api: async () =>
      config.roles.length > 1
        ? startThread({
            file: new URL('./api-thread.ts', import.meta.url),
            data: { config, connection: store.connection } satisfies ApiThreadData,
            signals,
            broken: unexpected(log),
          })
        : (await import('./api/index.ts')).startApi(parts),
  };
  for (const [role, startRole] of Object.entries(roles)) {
    if (!(config.roles as string[]).includes(role)) continue;
    const running = await startRole();
    stops.push(() => running.stop());
  }
  stops.push(() => store.closing());
  log.info({ roles: config.roles, ms: Math.round(performance.now() - began) }, 'ready');
  const terminal = process.stdout.isTTY === true;
  const token = config.roles.includes('api') ? await firstLink(parts) : null;
  return announcement(config, key, terminal, token === null ? null : shownLink(config, token, terminal));
}

/** The first person's link: for the terminal, else in a file that its owner alone can read. */
function shownLink(config: Config, token: string, terminal: boolean): ShownLink {
  const link = `${config.publicUrl}/sign-in?token=${token}`;
  if (terminal) return { link, file: '' };
  return { link, file: privateFile(openDataFolder(config.dataFolder), 'sign-in-link', link) };
}

/** Fills in the secrets that nobody set: with the embedded database they are made, and kept in its data folder. */
function readKeys(config: Config): ShownKey {
  const fromSettings = config.apiKey === null ? null : 'environment';
  if (config.databaseUrl !== null) return fromSettings;
  const folder = openDataFolder(config.dataFolder);
  config.secret ??= localSecret(folder, 'secret').value;
  if (fromSettings) return fromSettings;
  const key = localSecret(folder, 'api-key', 'hk_');
  config.apiKey = key.value;
  return key;
}

/** Stops in reverse: 15 seconds for what is in flight, then the database, which has bounds of its own. */
async function stopAll(stops: Stop[], log: Log): Promise<void> {
  const deadline = performance.now() + STOP_MS;
  for (let last = stops.pop(); last; last = stops.pop()) {
    const isStore = stops.length === 0;
    const bound = isStore ? 30_000 : Math.max(100, deadline - performance.now());
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        log.warn('something took too long to stop and is left behind');
        resolve();
      }, bound);
    });
    try {
      await Promise.race([last(), late]);
    } catch (error) {
      log.error({ error: messageOf(error) }, 'something failed to stop');
    }
    clearTimeout(timer);
  }
}

function sentenceOf(error: unknown, config: Config): string {
  const { code } = error as { code?: string };
  if (code === 'EADDRINUSE') {
    return `Port ${config.port} on ${config.host} is taken by another program. Stop that one, or set PORT to another number.`;
  }
  if (code === 'EACCES' || code === 'EADDRNOTAVAIL') {
    return `${messageOf(error)}: this user may not, or this machine can't. Check HOST, PORT and HANDOFF_DATA.`;
  }
  return messageOf(error);
}

function end(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
  process.exitCode = 1;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await run();
