import { createHash } from 'node:crypto';
import { createAdapterFactory } from 'better-auth/adapters';
import type { Connection } from '../platform/database/index.ts';

type Row = Record<string, unknown>;
interface Condition {
  field: string;
  value: unknown;
  operator: string;
  connector: string;
}
type Conditions = readonly Condition[] | undefined;

const SESSIONS = 'sessions';
const COMPARED: Record<string, string> = { eq: '= $', ne: '<> $', gt: '> $', gte: '>= $', lt: '< $', lte: '<= $' };

/** What is kept of a session's token: whoever reads the table can't sign in with it. */
export function hashedToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/**
 * better-auth's storage on a connection of ours: the database, or a transaction that holds more than better-auth's part.
 * Tokens of sessions are kept as hashes; whoever asks by a token gets it back in the row. What better-auth doesn't ask
 * for today (other operators, OR) throws.
 */
export function signInStore(on: Connection) {
  return createAdapterFactory({
    config: {
      adapterId: 'handoff',
      supportsNumericIds: false,
      supportsJSON: false,
      supportsDates: true,
      supportsBooleans: true,
      transaction: false,
    },
    adapter: () => ({
      async create<T extends Row>({ model, data }: { model: string; data: T }): Promise<T> {
        const kept = toStore(model, data);
        const names = Object.keys(kept);
        const [row] = await run(
          `INSERT INTO ${q(model)} (${names.map(q).join(', ')}) VALUES (${names.map((_, i) => `$${i + 1}`).join(', ')}) RETURNING *`,
          Object.values(kept),
        );
        return { ...row, ...(model === SESSIONS && { token: data.token }) } as unknown as T;
      },
      async findOne<T>({ model, where }: { model: string; where: Conditions }): Promise<T | null> {
        return (await find<T>(model, where, 1, ''))[0] ?? null;
      },
      async findMany<T>(wanted: {
        model: string;
        where?: Conditions;
        limit: number;
        sortBy?: { field: string; direction: 'asc' | 'desc' } | undefined;
        offset?: number | undefined;
      }): Promise<T[]> {
        const { sortBy } = wanted;
        const order = sortBy ? ` ORDER BY ${q(sortBy.field)} ${sortBy.direction === 'desc' ? 'DESC' : 'ASC'}` : '';
        return find<T>(wanted.model, wanted.where, wanted.limit, `${order} OFFSET ${Number(wanted.offset ?? 0)}`);
      },
      async update<T>({ model, where, update }: { model: string; where: Conditions; update: T }): Promise<T | null> {
        const [row] = await change(model, where, update as Row);
        return row ? (shown(model, where, row) as T) : null;
      },
      async updateMany({ model, where, update }: { model: string; where: Conditions; update: Row }): Promise<number> {
        return (await change(model, where, update)).length;
      },
      async delete({ model, where }: { model: string; where: Conditions }): Promise<void> {
        await remove(model, where);
      },
      deleteMany: ({ model, where }: { model: string; where: Conditions }) => remove(model, where),
      async count({ model, where }: { model: string; where?: Conditions }): Promise<number> {
        const { text, values } = condition(model, where);
        const [row] = await run<{ n: number }>(`SELECT count(*) AS n FROM ${q(model)}${text}`, values);
        return row?.n ?? 0;
      },
    }),
  });

  // Few shapes exist, so each is prepared under a name made from its text.
  function run<T = Row>(text: string, values: unknown[]): Promise<T[]> {
    return on.run<T>({ name: `auth-${createHash('sha1').update(text).digest('base64url')}`, text }, values);
  }
  async function find<T>(model: string, where: Conditions, limit: number, tail: string): Promise<T[]> {
    const { text, values } = condition(model, where);
    const rows = await run(`SELECT * FROM ${q(model)}${text}${tail} LIMIT ${Math.min(1_000, Number(limit))}`, values);
    return rows.map((row) => shown(model, where, row) as T);
  }
  function change(model: string, where: Conditions, update: Row): Promise<Row[]> {
    const kept = toStore(model, update);
    const { text, values } = condition(model, where, Object.keys(kept).length);
    const set = Object.keys(kept).map((name, i) => `${q(name)} = $${i + 1}`);
    return run(`UPDATE ${q(model)} SET ${set.join(', ')}${text} RETURNING *`, [...Object.values(kept), ...values]);
  }
  async function remove(model: string, where: Conditions): Promise<number> {
    const { text, values } = condition(model, where);
    return (await run(`DELETE FROM ${q(model)}${text} RETURNING 1`, values)).length;
  }
}

const q = (name: string) => `"${name.replaceAll('"', '""')}"`;
const isToken = (model: string, field: string) => model === SESSIONS && field === 'token';

function toStore(model: string, data: Row): Row {
  return model === SESSIONS && typeof data.token === 'string' ? { ...data, token: hashedToken(data.token) } : data;
}

/** The row with the token by which it was asked for. */
function shown(model: string, where: Conditions, row: Row): Row {
  const asked = where?.find(({ field, operator }) => isToken(model, field) && operator === 'eq');
  return asked ? { ...row, token: asked.value } : row;
}

function condition(model: string, where: Conditions, given = 0): { text: string; values: unknown[] } {
  const values: unknown[] = [];
  const parts = (where ?? []).map(({ field, value, operator, connector }, i) => {
    if (i > 0 && connector !== 'AND') throw new Error(`The sign-in asked for "${connector}", which isn't known here.`);
    const wanted = isToken(model, field) ? [value].flat().map((token) => hashedToken(String(token))) : value;
    if (value === null && operator === 'eq') return `${q(field)} IS NULL`;
    values.push(Array.isArray(value) || !Array.isArray(wanted) ? wanted : wanted[0]);
    if (operator === 'in') return `${q(field)} = ANY($${given + values.length})`;
    const compared = COMPARED[operator];
    if (!compared) throw new Error(`The sign-in asked for "${operator}", which isn't known here.`);
    return `${q(field)} ${compared}${given + values.length}`;
  });
  return { text: parts.length > 0 ? ` WHERE ${parts.join(' AND ')}` : '', values };
}
