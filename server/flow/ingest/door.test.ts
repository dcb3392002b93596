import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Stage, stage } from '../../../tests/stage/database.ts';
import { createDatabase, type Database } from '../../platform/database/index.ts';
import { createLog } from '../../platform/log.ts';
import { Signals } from '../../platform/signals.ts';
import { FACT, nameOf } from '../../schema/index.ts';
import { createDoor, type Door, MAX_CALL, NotCommitted, type Sender } from './door.ts';
import { purgeIngest } from './rejections.ts';

let s: Stage;
let door: Door;
let server: Sender;
let browser: Sender;
const log = createLog('fatal');
const make = (database: Database) => createDoor({ database, clock: s.clock, log, signals: new Signals() });

beforeAll(async () => {
  s = await stage();
  door = make(s.database);
});
afterAll(() => s.close());
beforeEach(async () => {
  const workspaceId = await s.addWorkspace('another');
  server = { workspaceId, keyKind: 'server' };
  browser = { workspaceId, keyKind: 'browser' };
});

const sql = <Row>(text: string, ...values: unknown[]) =>
  s.database.run<Row>({ name: '', text }, [server.workspaceId, ...values]);
/** The inbox as [kind, name, profile], numbered by first appearance, in the order of the queue. */
async function inbox(): Promise<string[]> {
  type Row = { kind: number; name: string | null; body: string | null; profile_id: string };
  const rows = await sql<Row>('SELECT kind, name, body, profile_id FROM inbox WHERE workspace_id = $1 ORDER BY seq');
  const seen: string[] = [];
  const number = (id: string) => {
    if (!seen.includes(id)) seen.push(id);
    return `P${seen.indexOf(id) + 1}`;
  };
  return rows.map((r) => {
    const who = number(r.profile_id);
    if (r.kind === FACT.merge) return `${who} merge ${number(JSON.parse(r.body!).loser)}`;
    return `${who} ${nameOf(FACT, r.kind)}${r.name === null ? '' : ` ${r.name}`}`;
  });
}
const track = (event: string, who: object) => ({ type: 'track', event, ...who });
const send = (...messages: unknown[]) => door.accept(server, messages, null, null);

test('facts stand in the order of acknowledgement, in one call and over several', async () => {
  await send(...Array.from({ length: 30 }, (_, i) => track(`${i}`, { userId: 'a' })));
  for (let i = 30; i < 40; i++) await send(track(`${i}`, { userId: 'a' }));
  expect(await inbox()).toEqual(Array.from({ length: 40 }, (_, i) => `P1 track ${i}`));
});

test('a repeated message id counts once: in one call, in concurrent ones, later, and through a second process', async () => {
  const message = track('once', { userId: 'a', messageId: 'same' });
  const second = make(s.database);
  await Promise.all([send(message, message), send(message), second.accept(server, [message], null, null)]);
  await send(message);
  const odd = track('odd', { userId: 'a', messageId: `${'m'.repeat(299)}😀\0` });
  await send(odd, odd);
  expect(await inbox()).toEqual(['P1 track once', 'P1 track odd']);
});

test('twenty calls at once for someone new, through two processes, make one profile', async () => {
  const second = make(s.database);
  const both = { userId: 'new', anonymousId: 'new-anon' };
  await Promise.all(
    Array.from({ length: 20 }, (_, i) => (i % 2 ? door : second).accept(server, [track('E', both)], null, null)),
  );
  expect(await inbox()).toEqual(Array.from({ length: 20 }, () => 'P1 track E'));
  expect(await sql('SELECT DISTINCT profile_id FROM identifiers WHERE workspace_id = $1')).toHaveLength(1);
});

test('a message that proves two to be one brings a merge before it; the one with a user id wins', async () => {
  await send(track('anon', { anonymousId: 'A' }));
  await send(track('user', { userId: 'U' }));
  await send(track('both', { userId: 'U', anonymousId: 'A' }));
  expect(await inbox()).toEqual(['P1 track anon', 'P2 track user', 'P2 merge P1', 'P2 track both']);
});

test('in one call: one merge however often it is proven, and what follows goes to the winner', async () => {
  await send(track('anon', { anonymousId: 'A' }));
  await send(
    track('user', { userId: 'U' }),
    { type: 'alias', userId: 'U', previousId: 'A' },
    track('again', { userId: 'U', anonymousId: 'A' }),
    track('after', { anonymousId: 'A' }),
  );
  expect(await inbox()).toEqual([
    'P1 track anon',
    'P2 track user',
    'P2 merge P1',
    'P2 alias',
    'P2 track again',
    'P2 track after',
  ]);
});

test('of two without a user id the older wins', async () => {
  await send(track('one', { anonymousId: 'A' }));
  await send({ type: 'identify', anonymousId: 'B', traits: { email: 'b@x.org' } });
  await send({ type: 'identify', anonymousId: 'A', traits: { email: 'B@X.org' } });
  expect(await inbox()).toEqual(['P1 track one', 'P2 identify', 'P1 merge P2', 'P1 identify']);
});

test('two with different user ids stay two; the shared identifier stays where it is', async () => {
  await send({ type: 'identify', userId: 'U1', traits: { email: 'shared@x.org' } });
  await send({ type: 'identify', userId: 'U2', traits: { email: 'shared@x.org' } });
  await send({ type: 'alias', userId: 'U2', previousId: 'U1' });
  expect(await inbox()).toEqual(['P1 identify', 'P2 identify', 'P2 alias']);
  const [owner] = await sql<{ n: number }>(
    `SELECT count(*) AS n FROM identifiers e JOIN identifiers u USING (workspace_id, profile_id)
      WHERE workspace_id = $1 AND e.kind = 'email' AND (u.kind, u.value) = ('user_id', 'U1')`,
  );
  expect(owner?.n).toBe(1);
});

test('twenty identifiers a profile, also by merging', async () => {
  for (let i = 0; i < 25; i++) await send(track('E', { userId: 'U', anonymousId: `A${i}` }));
  const count = () =>
    sql<{ n: number }>('SELECT count(*) AS n FROM identifiers WHERE workspace_id = $1').then((rows) => rows[0]!.n);
  expect(await count()).toBe(20);
  await send(track('alone', { anonymousId: 'A24' }));
  await send(track('again', { userId: 'U', anonymousId: 'A24' }));
  expect((await inbox()).slice(-2)).toEqual(['P2 track alone', 'P1 track again']);
});

test('a browser key attaches nothing to a known profile and merges nothing into it', async () => {
  await send(track('known', { userId: 'U' }));
  await send(track('anon', { anonymousId: 'A' }));
  const who = { userId: 'U', anonymousId: 'A' };
  await door.accept(browser, [track('both', who), track('new', { userId: 'U', anonymousId: 'B' })], null, null);
  expect(await inbox()).toEqual(['P1 track known', 'P2 track anon', 'P1 track both', 'P1 track new']);
  await door.accept(browser, [track('first', { userId: 'V', anonymousId: 'A' })], null, null);
  expect((await inbox()).at(-1)).toBe('P2 track first');
});

test('bad ones are named and listed without their write key; their neighbours are kept', async () => {
  const deep = '['.repeat(20_000) + ']'.repeat(20_000);
  const rejected = await send(
    track('one', { userId: 'a' }),
    { type: 'constructor', userId: 'a', messageId: 'm1', writeKey: 'hk_secret' },
    JSON.parse(`{"type":"track","userId":"a","event":"E","properties":{"x":${deep}}}`),
    { type: { toString: 1, valueOf: 1 }, userId: 'a' },
    'text',
    track('two', { userId: 'a' }),
  );
  expect(rejected.map((r) => [r.index, r.messageId])).toEqual([
    [1, 'm1'],
    [2, null],
    [3, null],
    [4, null],
  ]);
  expect(await inbox()).toEqual(['P1 track one', 'P1 track two']);
  type Row = { position: number; body: string };
  const rows = await sql<Row>('SELECT position, body FROM rejected_messages WHERE workspace_id = $1 ORDER BY position');
  expect(rows.map((r) => r.position)).toEqual([1, 2, 3, 4]);
  expect(JSON.stringify(rows)).not.toContain('hk_secret');
});

test('what the database refuses is found by halves; a repeat of its neighbours counts once', async () => {
  const only = `ALTER TABLE inbox ADD CONSTRAINT poison CHECK (name <> 'poison')`;
  await s.database.run({ name: '', text: only });
  try {
    const messages = Array.from({ length: 20 }, (_, i) =>
      track(i === 13 ? 'poison' : `${i}`, { userId: `p${i}`, messageId: `p${i}` }),
    );
    const [first, second] = await Promise.all([send(...messages), send(track('neighbour', { userId: 'n' }))]);
    expect(first).toEqual([{ index: 13, messageId: 'p13', reason: expect.stringMatching(/database refused/) }]);
    expect(second).toEqual([]);
    expect(await send(...messages)).toHaveLength(1);
    expect(await inbox()).toHaveLength(20);
  } finally {
    await s.database.run({ name: '', text: 'ALTER TABLE inbox DROP CONSTRAINT poison' });
  }
});

test('nothing is acknowledged when the database is away, or too much waits', async () => {
  const away = createDatabase({ connection: { ...s.connection, database: 'nowhere' }, max: 1 });
  await expect(make(away).accept(server, [track('E', { userId: 'a' })], null, null)).rejects.toThrow(NotCommitted);
  await away.close();
  const many = Array.from({ length: MAX_CALL }, () => track('E', { userId: 'nobody' }));
  const first = door.accept(server, many, null, null);
  await expect(send(...many)).rejects.toThrow(/Too many/);
  expect(await first).toEqual([]);
});

test('a connection lost in the middle is a failure of the whole, and the door goes on after it', async () => {
  let cut = true;
  const losing: Database = {
    ...s.database,
    run: s.database.run,
    transaction: (work) =>
      s.database.transaction(async (tx) => {
        const value = await work(tx);
        if (cut) await tx.run({ name: '', text: 'SELECT pg_terminate_backend(pg_backend_pid())' });
        return value;
      }),
  };
  const other = make(losing);
  const message = track('E', { userId: 'lost', messageId: 'lost' });
  await expect(other.accept(server, [message], null, null)).rejects.toThrow(NotCommitted);
  expect(await inbox()).toEqual([]);
  cut = false;
  expect(await other.accept(server, [message], null, null)).toEqual([]);
  expect(await inbox()).toEqual(['P1 track E']);
});

test('message ids are kept 7 days, refused messages 30 days', async () => {
  const message = track('E', { userId: 'a', messageId: 'm' });
  await send(message, 'bad');
  const days = (n: number) => s.clock.now() + n * 86_400_000;
  const counts = () =>
    sql(`SELECT (SELECT count(*) FROM message_ids WHERE workspace_id = $1) AS ids,
      (SELECT count(*) FROM rejected_messages WHERE workspace_id = $1) AS rejected`);
  await purgeIngest(s.database, days(6.9));
  expect(await counts()).toEqual([{ ids: 1, rejected: 1 }]);
  await purgeIngest(s.database, days(7.1));
  expect(await counts()).toEqual([{ ids: 0, rejected: 1 }]);
  await purgeIngest(s.database, days(30.1));
  expect(await counts()).toEqual([{ ids: 0, rejected: 0 }]);
});

test('of refused messages the newest are kept, also between purges', async () => {
  const count = () =>
    sql<{ n: number }>('SELECT count(*) AS n FROM rejected_messages WHERE workspace_id = $1').then((r) => r[0]!.n);
  for (let i = 0; i < 16; i++) await send(...Array.from({ length: 1_200 }, () => 'bad'));
  expect(await count()).toBeLessThanOrEqual(15_000);
  await purgeIngest(s.database, s.clock.now());
  expect(await count()).toBe(10_000);
});
