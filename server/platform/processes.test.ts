import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Stage, stage } from '../../tests/stage/database.ts';
import { newId } from './ids.ts';
import { createLog } from './log.ts';
import { machineIdentity, startOf } from './process-identity.ts';
import { createProcesses, LEASE_MS, type Processes } from './processes.ts';

let s: Stage;
const log = createLog('silent');
const open: Processes[] = [];
const join = async (...roles: string[]) => {
  const made = await createProcesses({ database: s.database, clock: s.clock, log, roles });
  open.push(made);
  return made;
};
const enter = async (host: string, pid: number) => {
  const id = newId(s.clock.now());
  await s.database.run({ name: '', text: "INSERT INTO processes VALUES ($1, $2, $3, '{engine}', $4, $4)" }, [
    id,
    host,
    pid,
    s.clock.now(),
  ]);
  return id;
};

beforeAll(async () => {
  s = await stage();
});
afterAll(async () => {
  await Promise.all(open.map((one) => one.stop()));
  await s.close();
});

test('processes see each other come and go, by role', async () => {
  const one = await join('engine', 'api');
  expect([one.alive('engine'), one.alive('delivery'), one.alone(), one.valid()]).toEqual([1, 0, true, true]);
  const two = await join('engine', 'delivery');
  expect([two.alive('engine'), two.alone()]).toEqual([2, false]);
  await vi.waitFor(() => expect([one.alive('engine'), one.alive('delivery')]).toEqual([2, 1]), 3_000);
  expect(one.isDead(two.id)).toBe(false);
  await two.stop();
  expect(two.valid()).toBe(false);
  await vi.waitFor(() => expect(one.alone()).toBe(true), 3_000);
});

test('the heartbeat brings the definitions version', async () => {
  const one = await join('api');
  const before = one.definitionsVersion();
  await s.database.run({ name: '', text: 'UPDATE definitions SET version = version + 1' });
  await vi.waitFor(() => expect(one.definitionsVersion()).toBe(before + 1), 3_000);
});

test('another machine is dead when a whole lease has passed unrenewed, and an unknown process too', async () => {
  const one = await join('api');
  const elsewhere = await enter('other-machine boot 1 77', 1);
  const unknown = newId(s.clock.now());
  expect(one.isDead(unknown)).toBe(false);
  await vi.waitFor(() => expect(one.alive('engine')).toBeGreaterThan(0), 3_000);
  const seenAt = performance.now();
  await vi.waitFor(() => expect(one.isDead(elsewhere)).toBe(true), { timeout: LEASE_MS + 4_000, interval: 20 });
  expect(performance.now() - seenAt).toBeGreaterThan(LEASE_MS - 1_100);
  expect(one.isDead(unknown)).toBe(true);
  expect(one.isDead(one.id)).toBe(false);
});

test('on the same machine a killed process is dead at once, and so is one whose number was given anew', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  await once(child, 'spawn');
  const machine = machineIdentity();
  const living = await enter(`${machine} ${startOf(child.pid!)}`, child.pid!);
  const reused = await enter(`${machine} 12345`, child.pid!);
  const one = await join('api');
  expect([one.isDead(living), one.isDead(reused)]).toEqual([false, true]);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(one.isDead(living)).toBe(true);
});

test('a process that cannot renew loses its lease, says so, and gets it again', async () => {
  const one = await join('delivery');
  let lost = 0;
  one.onLost(() => lost++);
  const blocker = await s.database.connect();
  await blocker.query('SET idle_in_transaction_session_timeout = 0');
  await blocker.query('BEGIN');
  await blocker.query('LOCK TABLE processes');
  await vi.waitFor(() => expect(lost).toBe(1), LEASE_MS + 3_000);
  expect(one.valid()).toBe(false);
  await blocker.query('ROLLBACK');
  await blocker.end();
  await vi.waitFor(() => expect(one.valid()).toBe(true), 6_000);
  expect(lost).toBe(1);
});
