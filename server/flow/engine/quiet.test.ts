import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type EngineStage, startEngineStage } from '../../../tests/stage/engine.ts';
import type { Connection } from '../../platform/database/index.ts';
import { newId } from '../../platform/ids.ts';
import { createLog } from '../../platform/log.ts';
import { Signals } from '../../platform/signals.ts';
import { FACT } from '../../schema/index.ts';
import { putFacts } from '../inbox/index.ts';
import { startEngine } from './index.ts';

let on: EngineStage;
beforeAll(async () => {
  on = await startEngineStage();
});
afterAll(() => on.close());

const POLL = { timeout: 10_000, interval: 20 };

test('while nothing happens no turns are taken, and what nobody announces is found within a second', async () => {
  const ran = new Map<string, number>();
  const counted = ({ run }: Connection): Connection['run'] => {
    return (sql, values) => {
      ran.set(sql.name, (ran.get(sql.name) ?? 0) + 1);
      return run(sql, values);
    };
  };
  const database = {
    ...on.database,
    run: counted(on.database),
    transaction: <T>(work: (tx: Connection) => Promise<T>) =>
      on.database.transaction((tx) => work({ run: counted(tx) })),
  };
  const looks = () => ran.get('turn-ahead') ?? 0;
  const processes = { alive: () => 1, definitionsVersion: () => 0 };
  const log = createLog('silent');
  const engine = await startEngine({ database, clock: on.clock, log, signals: new Signals(), processes });
  try {
    await expect.poll(looks, POLL).toBeGreaterThan(0);
    const [before, turns] = [looks(), ran.get('turn-lock') ?? 0];
    await expect.poll(looks, POLL).toBeGreaterThan(before + 5);
    expect(ran.get('turn-lock')).toBeLessThanOrEqual(turns + 1);

    const profileId = newId(on.clock.now());
    const attributes = () => on.attributesOf(profileId);
    const start = performance.now();
    await putFacts(on.database, [on.fact({ profileId, kind: FACT.identify, body: '{"plan":"pro"}' })]);
    await vi.waitFor(async () => expect(await attributes()).toMatchObject({ plan: 'pro' }), POLL);
    expect(performance.now() - start).toBeLessThan(1_000);

    await on.publish({
      trigger: { kind: 'event', event: 'Go' },
      start: 'wait',
      steps: [
        { id: 'wait', kind: 'wait', seconds: 2, next: 'mark' },
        { id: 'mark', kind: 'update', set: [{ attribute: 'done', value: true }], next: null },
      ],
    });
    await putFacts(on.database, [on.fact({ profileId, name: 'Go' })]);
    const due = await vi.waitFor(async () => {
      const [timer] = await on.sql<{ due_at: number }>('SELECT due_at FROM timers WHERE profile_id = $1', [profileId]);
      return timer!.due_at;
    }, POLL);
    await vi.waitFor(async () => expect(await attributes()).toMatchObject({ done: true }), POLL);
    const [{ updated_at: at } = { updated_at: 0 }] = await on.sql<{ updated_at: number }>(
      'SELECT updated_at FROM profiles WHERE id = $1',
      [profileId],
    );
    expect(at - due).toBeGreaterThanOrEqual(0);
    expect(at - due).toBeLessThan(1_000);
  } finally {
    await engine.stop();
  }
});
