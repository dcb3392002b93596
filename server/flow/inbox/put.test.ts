import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Stage, stage } from '../../../tests/stage/database.ts';
import { newId } from '../../platform/ids.ts';
import { CLASS, FACT, ORIGIN } from '../../schema/index.ts';
import type { Fact } from './fact.ts';
import { putFacts, putFactsOnce } from './put.ts';

let on: Stage;
beforeAll(async () => {
  on = await stage();
});
afterAll(() => on.close());

const fact = (): Fact => ({
  workspaceId: on.workspace,
  profileId: newId(on.clock.now()),
  id: newId(on.clock.now()),
  kind: FACT.track,
  class: CLASS.live,
  origin: ORIGIN.event,
  depth: 0,
  occurredAt: 1,
  receivedAt: 2,
  name: 'Order',
  body: null,
  meta: null,
});
const sql = (text: string) => on.database.run<{ id: string }>({ name: '', text });

test('a fact gets its number when its transaction has one, so that floors may trust the numbers of transactions', async () => {
  await sql(`CREATE FUNCTION numbered() RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN
    IF pg_current_xact_id_if_assigned() IS NULL THEN RAISE 'a fact before its transaction'; END IF;
    RETURN nextval('inbox_seq'); END $$`);
  await sql('ALTER TABLE inbox ALTER COLUMN seq SET DEFAULT numbered()');
  const facts = [fact(), fact(), fact(), fact()];
  await putFacts(on.database, facts.slice(0, 2));
  await putFactsOnce(on.database, facts.slice(2), [null, 'm1'], 5);
  // In the order given, and what was seen before isn't put.
  await putFactsOnce(on.database, [fact()], ['m1'], 6);
  const mine = await sql(`SELECT id FROM inbox WHERE workspace_id = '${on.workspace}' ORDER BY seq`);
  expect(mine.map(({ id }) => id)).toEqual(facts.map(({ id }) => id));
});
