import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Handoff, startHandoff } from '../../../tests/stage/handoff.ts';
import { does, startReceiver } from '../../../tests/stage/receiver.ts';
import { createLog } from '../../platform/log.ts';
import { createProcesses } from '../../platform/processes.ts';

let h: Handoff;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
beforeAll(async () => {
  h = await startHandoff();
  receiver = await startReceiver();
  await h.api('PATCH', '/workspace', { allow_http: true });
});
afterAll(async () => {
  await receiver.close();
  await h.stop();
});

test('processes are shown with what they do and own; who came and went stays to be seen', async () => {
  const { database, clock } = h.stage;
  const other = await createProcesses({ database, clock, log: createLog('silent'), roles: ['engine'] });
  const two = (await h.api('GET', '/processes')).body;
  expect(two.items).toMatchObject([
    { roles: ['api', 'engine', 'delivery'], alive: true, pid: process.pid },
    { roles: ['engine'], alive: true },
  ]);
  await other.stop();
  const one = (await h.api('GET', '/processes')).body;
  expect(one.items).toHaveLength(1);
  expect(one.history).toMatchObject([
    { id: two.items[1].id, ending: 'stopped', ended_at: expect.stringMatching(/^20/) },
    { id: two.items[0].id, ending: null, ended_at: null },
  ]);
});

test('one that died without a word is shown as lost, and written down so when it is forgotten', async () => {
  const { database } = h.stage;
  const gone = await createProcesses({ database, clock: h.stage.clock, log: createLog('silent'), roles: ['api'] });
  await gone.stop();
  const text = `INSERT INTO processes (id, host, pid, roles, heartbeat, started_at, name) SELECT id, 'x', pid, roles, started_at - 60000, started_at, name FROM process_log WHERE id = $1`;
  await database.run({ name: '', text }, [gone.id]);
  await database.run({ name: '', text: 'UPDATE process_log SET ended_at = NULL, ending = NULL WHERE id = $1' }, [
    gone.id,
  ]);
  const { items, history } = (await h.api('GET', '/processes')).body;
  expect(items.find((one: { alive: boolean }) => !one.alive)).toMatchObject({ roles: ['api'], lanes: 0 });
  expect(history[0]).toMatchObject({
    ending: 'lost',
    ended_at: items.find((one: { alive: boolean }) => !one.alive).heartbeat_at,
  });
  await database.run({ name: '', text: 'DELETE FROM processes WHERE id = $1' }, [gone.id]);
});

test('queues are shown with their age, and who sends from a lane', async () => {
  receiver.on('/x', does.json({}, 500));
  const definition = { url: `${receiver.url}/x`, retry: { waits: [60] } };
  const webhook = (await h.api('POST', '/webhooks', { name: 'x', definition })).body.id;
  const draft = { trigger: { kind: 'event', event: 'X' }, start: 'a', steps: [{ id: 'a', kind: 'webhook', webhook }] };
  const { id } = (await h.api('POST', '/scenarios', { name: 'x', draft })).body;
  await h.api('POST', `/scenarios/${id}/publish`);
  await h.track('track', { userId: 'u', event: 'X' });
  await h.until('a retry', async () => (await h.api('GET', '/deliveries?state=retrying')).body.items.length > 0);
  const [mine] = (await h.api('GET', '/processes')).body.items;
  const { inbox, lanes } = (await h.api('GET', '/queues')).body;
  expect(lanes).toEqual([{ webhook, process: mine.id, waiting: 1, oldest_due_at: null }]);
  expect(inbox.map((one: { class: string }) => one.class)).toEqual(['live', 'bulk']);
  expect(mine.lanes).toBe(1);
  const { key } = await h.addWorkspace('Other');
  expect((await h.api('GET', '/queues', undefined, { key })).body.lanes).toEqual([]);
  expect((await h.api('GET', '/processes', undefined, { key })).body.items[0].lanes).toBe(0);
});

test('facts that wait are counted by class, with the oldest', async () => {
  const { database, clock } = h.stage;
  const [{ id }] = (await database.run<{ id: string }>({
    name: '',
    text: 'SELECT id FROM workspaces ORDER BY created_at LIMIT 1',
  })) as [{ id: string }];
  const holder = await database.connect();
  await holder.query('BEGIN; SELECT 1 FROM partitions FOR UPDATE');
  const text = `INSERT INTO inbox (partition, class, workspace_id, profile_id, id, kind, origin, occurred_at, received_at)
    SELECT n, 1, $1, $1, $1, 4, 1, $2, $2::bigint - n FROM generate_series(0, 9) n`;
  await database.run({ name: '', text }, [id, clock.now()]);
  const at = clock.now();
  const { inbox } = (await h.api('GET', '/queues')).body;
  expect(inbox[1].count).toBe(10);
  expect(at - Date.parse(inbox[1].oldest_at)).toBeGreaterThanOrEqual(9);
  const { oldest_transaction: open, ...rest } = (await h.api('GET', '/database')).body;
  expect(open).toMatchObject({ application: 'handoff', state: 'idle in transaction' });
  expect(rest).toMatchObject({ version: expect.stringMatching(/^1[5-8]/), bytes: expect.any(Number) });
  await holder.query('ROLLBACK');
  await database.run({ name: '', text: 'DELETE FROM inbox WHERE class = 1 AND partition >= 0' });
  await holder.end();
});

test('who may not look after the installation sees none of it', async () => {
  const { key } = (await h.api('POST', '/api-keys', { name: 'reader', scopes: ['read'] })).body;
  for (const path of ['/processes', '/queues', '/database'])
    expect((await h.api('GET', path, undefined, { key })).status).toBe(403);
});
