import pg from 'pg';

// Times are bigint milliseconds and sequence numbers stay far below 2^53, so int8 arrives as a number.
const INT8 = 20;
pg.types.setTypeParser(INT8, (text: string) => {
  const n = Number(text);
  if (!Number.isSafeInteger(n)) throw new RangeError(`bigint ${text} from the database is beyond 2^53`);
  return n;
});
// jsonb and json arrive as text: whoever needs the value parses it with parseJson, which keeps numbers.
for (const oid of [114, 3802]) pg.types.setTypeParser(oid, (text: string) => text);

/** One hand-written statement. It is prepared once a connection under its name. */
export interface Sql {
  name: string;
  text: string;
}

/** A connection inside a transaction. */
export interface Connection {
  /** Runs a named statement and returns its rows. */
  run<Row = Record<string, unknown>>(sql: Sql, values?: unknown[]): Promise<Row[]>;
}

/** The database: a pool for hand-written statements, and transactions. */
export interface Database extends Connection {
  /**
   * Runs `work` in one READ COMMITTED transaction on one connection; commits when it returns, rolls back when it
   * throws. A connection that failed to roll back is thrown away.
   */
  transaction<T>(work: (tx: Connection) => Promise<T>): Promise<T>;
  /** A dedicated connection outside the pool (for LISTEN, advisory locks). The caller ends it. */
  connect(): Promise<pg.Client>;
  close(): Promise<void>;
}

/** Whatever can run work in a transaction. */
export type Transactor = Pick<Database, 'transaction'>;

/** Runs work within a transaction that is open already: it is committed or rolled back with it. */
export const joined = (tx: Connection): Transactor => ({ transaction: (work) => work(tx) });

/** How to reach the server. `connectionString`, or host (a socket folder or a name) and the rest. */
export interface DatabaseOptions {
  connection: pg.ClientConfig;
  /** Connections in the pool. */
  max: number;
  /** Told of errors on idle connections; they are replaced by themselves. */
  onIdleError?: (error: Error) => void;
}

// A stalled process must free its partitions and locks: five seconds on everything (design, "The flow", 3).
const LIMITS = {
  statement_timeout: 5_000,
  idle_in_transaction_session_timeout: 5_000,
  keepAlive: true,
  keepAliveInitialDelayMillis: 5_000,
  connectionTimeoutMillis: 5_000,
  // Statements are prepared once and meet tables that were empty then and hold millions now: every one is written to run
  // by index, so plans that read whole tables are never chosen, and a plan is made once a connection, not every time.
  options:
    '-c jit=off -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c plan_cache_mode=force_generic_plan',
} satisfies pg.ClientConfig;

// A plan lives as long as its connection at most, so that one that was made at a bad moment doesn't stay.
const LIFETIME = 600;

/** Opens the pool. Connecting happens with the first query. */
export function createDatabase(options: DatabaseOptions): Database {
  const config = { ...options.connection, ...LIMITS, application_name: 'handoff' };
  const pool = new pg.Pool({ ...config, max: options.max, idleTimeoutMillis: 60_000, maxLifetimeSeconds: LIFETIME });
  pool.on('error', (error) => options.onIdleError?.(error));
  // The statement under way or the next one fails when a connection in use is lost; that it is also an event without a
  // listener would end the process.
  pool.on('connect', (client) => client.on('error', () => {}));
  const on = (client: pg.Pool | pg.PoolClient): Connection['run'] => {
    return async <Row>(sql: Sql, values: unknown[] = []) => {
      const result = await client.query({ name: sql.name, text: sql.text, values });
      return result.rows as Row[];
    };
  };
  return {
    run: on(pool),
    async transaction(work) {
      const client = await pool.connect();
      let broken: Error | undefined;
      try {
        await client.query('BEGIN');
        const value = await work({ run: on(client) });
        await client.query('COMMIT');
        return value;
      } catch (error) {
        await client.query('ROLLBACK').catch((e: Error) => {
          broken = e;
        });
        throw error;
      } finally {
        client.release(broken);
      }
    },
    async connect() {
      const client = new pg.Client(config);
      client.on('error', (error) => options.onIdleError?.(error));
      await client.connect();
      return client;
    },
    close: () => pool.end(),
  };
}

/**
 * Whether the database refused the data itself (SQLSTATE class 22 data exception, 23 integrity violation, 54 program
 * limit), so that sending the same again can't help, while other rows of the statement may be fine.
 */
export function isDataError(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^(22|23|54)/.test(code);
}
