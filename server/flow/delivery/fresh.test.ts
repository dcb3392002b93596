import { expect, test } from 'vitest';
import type { ContextRow } from './context.ts';
import { Fresh } from './fresh.ts';

const row = (id: string, owner: string, attributes = '{}'): ContextRow => ({
  workspace_id: 'w',
  id,
  profile_id: owner,
  webhook_id: 'h',
  step: 'call',
  enrollment_id: 'e',
  depth: 1,
  event_id: 'v',
  scenario_id: 's',
  scenario_version: 1,
  owner,
  attributes,
  event_name: 'Bought',
  event_body: null,
  event_at: 0,
  data: null,
  scenario_name: 'S',
});

test('a context is taken once', () => {
  const fresh = new Fresh();
  fresh.put([row('a', 'ann'), row('b', 'ann')], 0);
  expect(fresh.take('a', 1)?.id).toBe('a');
  expect(fresh.take('a', 1)).toBeNull();
  expect(fresh.take('b', 1)?.id).toBe('b');
});

test('it is gone when the profile changes, and when it is older than two seconds', () => {
  const fresh = new Fresh();
  fresh.put([row('a', 'ann'), row('b', 'ann'), row('c', 'bob')], 0);
  fresh.changed(['ann', 'nobody']);
  expect(fresh.take('a', 1)).toBeNull();
  expect(fresh.take('b', 1)).toBeNull();
  expect(fresh.take('c', 2_000)).toBeNull();
});

test('what is kept is bounded: what came first stays', () => {
  const fresh = new Fresh();
  const large = 'x'.repeat(500_000);
  for (let i = 0; i < 20; i++) fresh.put([row(`${i}`, `p${i}`, large)], 0);
  const kept = Array.from({ length: 20 }, (_, i) => i).filter((i) => fresh.take(`${i}`, 0) !== null);
  expect(kept).toEqual([0, 1, 2, 3, 4, 5]);
});
