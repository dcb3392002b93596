import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Stage, stage } from '../../../tests/stage/database.ts';
import { newId } from '../../platform/ids.ts';
import { CLASS, DELIVERY, MODE } from '../../schema/index.ts';
import { type Lane, newReading, readAnew } from './lanes.ts';
import { readDue } from './queue.ts';
import { Window } from './window.ts';

let on: Stage;
beforeAll(async () => {
  on = await stage();
});
afterAll(() => on.close());

const anything = { room: () => 1_000, took: () => {} };

function laneOf(): Lane {
  return {
    id: newId(on.clock.now()),
    workspaceId: on.workspace,
    webhookId: newId(on.clock.now()),
    token: 1,
    policyId: null,
    draining: false,
    origin: 'https://a.example',
    reading: [newReading(), newReading()],
    batches: null,
  };
}

async function queue(lane: Lane, due: number): Promise<string> {
  const id = newId(on.clock.now());
  await on.database.run(
    {
      name: '',
      text: `INSERT INTO lane_queue (lane_id, delivery_id, workspace_id, partition, class, state, mode, due_at)
        VALUES ($1, $2, $3, 0, ${CLASS.live}, ${DELIVERY.queued}, ${MODE.none}, $4)`,
    },
    [lane.id, id, on.workspace, due],
  );
  return id;
}

test('a lane is read from where it was read to, and from its beginning again half a second later', async () => {
  const lane = laneOf();
  const window = new Window();
  const read = async (now: number, mark: number) =>
    (await readDue(on.database, [lane], window, anything, now, mark)).items.map((item) => item.deliveryId);
  const first = await queue(lane, 100_000);
  expect(await read(100_000, 1_000)).toEqual([first]);
  const [next, late] = [await queue(lane, 100_200), await queue(lane, 99_000)];
  // Committed a second after it was due: it is seen when the lane is read as a whole.
  expect(await read(100_200, 1_200)).toEqual([next]);
  expect(await read(100_499, 1_499)).toEqual([]);
  expect(await read(100_500, 1_500)).toEqual([late]);
  // The clock was set back.
  const early = await queue(lane, 90_000);
  expect(await read(95_000, 1_600)).toEqual([early]);
});

test('what was queued late is read when it is said, also in the middle of a read', async () => {
  const lane = laneOf();
  const window = new Window();
  const read = async (now: number, mark: number) =>
    (await readDue(on.database, [lane], window, anything, now, mark)).items.map((item) => item.deliveryId);
  expect(await read(100_000, 1_000)).toEqual([]);
  const under = read(100_001, 1_001);
  readAnew(lane.reading[CLASS.live]);
  await under;
  const late = await queue(lane, 90_000);
  expect(await read(100_002, 1_002)).toEqual([late]);
});

test('what was not taken is read again at once', async () => {
  const lane = laneOf();
  const window = new Window(1_024, 4);
  const read = async (now: number, mark: number) =>
    (await readDue(on.database, [lane], window, anything, now, mark)).items;
  const all = [];
  for (let i = 0; i < 6; i++) all.push(await queue(lane, 50_000 + i));
  const taken = await read(100_000, 1_000);
  expect(taken.map((item) => item.deliveryId)).toEqual(all.slice(0, 4));
  // Those that didn't fit are long due.
  for (const item of taken) window.drop(item);
  await on.database.run({ name: '', text: 'DELETE FROM lane_queue WHERE delivery_id = ANY($1::uuid[])' }, [
    taken.map((item) => item.deliveryId),
  ]);
  expect((await read(100_001, 1_001)).map((item) => item.deliveryId)).toEqual(all.slice(4));
});
