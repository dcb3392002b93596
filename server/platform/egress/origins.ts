import { type buildConnector, Client, type Dispatcher, Pool } from 'undici';
import { ExchangeHandler } from './exchange.ts';
import { type GuardOptions, guard, type Line } from './guard.ts';

/** The connections to one origin. */
export interface Origin {
  pool: Pool;
  /** Exchanges that have begun and not ended. */
  open: number;
  /** performance.now() of the last end. */
  idleSince: number;
}

/** At most so many origins are held; an origin without exchanges for a while is closed. */
const MAX_ORIGINS = 1_000;
const IDLE_MS = 60_000;
const SWEEP_MS = 15_000;
const MAX_HEADER_BYTES = 16_384;

/** A client that tells the handler which connection carries it. */
class TracedClient extends Client {
  readonly line: Line;
  constructor(origin: string | URL, options: Client.Options, line: Line) {
    super(origin, options);
    this.line = line;
  }
  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    if (handler instanceof ExchangeHandler) handler.line = this.line;
    return super.dispatch(options, handler);
  }
}

/** The pools, one an origin, bounded in number and closed when idle. */
export class Origins {
  readonly #guard: GuardOptions;
  readonly #connections: number;
  readonly #origins = new Map<string, Origin>();
  readonly #sweeper: NodeJS.Timeout;

  constructor(options: GuardOptions, connections: number) {
    this.#guard = options;
    this.#connections = connections;
    this.#sweeper = setInterval(() => this.#sweep(performance.now() - IDLE_MS), SWEEP_MS).unref();
  }

  /** The origin's pool, made when missing; null when there are too many origins with open exchanges. */
  get(name: string): Origin | null {
    const held = this.#origins.get(name);
    if (held) return held;
    if (this.#origins.size >= MAX_ORIGINS) this.#sweep(Number.POSITIVE_INFINITY);
    if (this.#origins.size >= MAX_ORIGINS) return null;
    const origin: Origin = { pool: this.#pool(name), open: 0, idleSince: performance.now() };
    this.#origins.set(name, origin);
    return origin;
  }

  /** Closes every connection at once. */
  async destroy(): Promise<void> {
    clearInterval(this.#sweeper);
    const pools = [...this.#origins.values()].map(({ pool }) => pool.destroy());
    this.#origins.clear();
    await Promise.all(pools);
  }

  #pool(name: string): Pool {
    return new Pool(name, {
      connections: this.#connections,
      pipelining: 1,
      allowH2: false,
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveMaxTimeout: 60_000,
      maxHeaderSize: MAX_HEADER_BYTES,
      factory: (url: URL, options: object) => {
        const line: Line = { address: null, proxy: null, opening: false };
        const connect: buildConnector.connector = guard(this.#guard, line);
        return new TracedClient(url, { ...options, connect }, line);
      },
    });
  }

  #sweep(idleBefore: number): void {
    for (const [name, { pool, open, idleSince }] of this.#origins) {
      if (open > 0 || idleSince > idleBefore) continue;
      this.#origins.delete(name);
      pool.destroy().catch(() => {});
    }
  }
}
