import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Handoff, startHandoff } from '../stage/handoff.ts';

let h: Handoff;
beforeAll(async () => {
  // No address may be called: the sample needs none.
  h = await startHandoff({ allow: [], log: 'error' });
});
afterAll(() => h.stop());

const counts = async () => {
  const tables = ['profiles', 'identifiers', 'events', 'enrollments', 'deliveries', 'requests', 'attempts', 'timers'];
  const rows: Record<string, number> = {};
  for (const table of [...tables, 'lane_queue', 'inbox', 'scenario_profiles', 'scenarios', 'inspectors']) {
    const text = `SELECT count(*)::int AS n FROM ${table} WHERE workspace_id = $1`;
    const workspace = (
      await h.stage.database.run<{ id: string }>({ name: 'one', text: 'SELECT id FROM workspaces' })
    )[0]!.id;
    rows[table] = (await h.stage.database.run<{ n: number }>({ name: `count-${table}`, text }, [workspace]))[0]!.n;
  }
  return rows;
};

test('the sample loads, really happens, loads once, and goes without a trace', async () => {
  const before = await counts();
  expect((await h.api('GET', '/sample')).body).toMatchObject({ loaded: false, profiles: 0, scenario: null });
  const loaded = await h.api('POST', '/sample');
  expect(loaded).toMatchObject({ status: 200, body: { loaded: true, profiles: 24 } });
  const again = await h.api('POST', '/sample');
  expect(again.body).toEqual(loaded.body);

  const { scenario, webhook, inspector } = loaded.body;
  const ended = await h.until('deliveries of each kind', async () => {
    const { body } = await h.api('GET', `/deliveries/counts?webhook=${webhook}`);
    return body.by_state.delivered >= 21 && body.by_state.failed === 1 && body;
  });
  expect(ended.by_state.delivered + ended.by_state.failed + (ended.by_state.retrying ?? 0)).toBe(24);
  const arrived = await h.api('GET', `/inspectors/${inspector}/requests?limit=100`);
  expect(arrived.body.items.length).toBeGreaterThanOrEqual(24);
  expect(arrived.body.items.every((one: { signature: { valid: boolean } }) => one.signature.valid)).toBe(true);
  const gold = encodeURIComponent(JSON.stringify({ attribute: 'sample_tier', op: 'equals', value: 'gold' }));
  await h.until(
    'tiers from the CRM',
    async () => (await h.api('GET', `/profiles?filter=${gold}`)).body.items.length > 4,
  );

  // Somebody else's order goes no further than the first step.
  await h.track('track', { userId: 'a real customer', event: 'Sample order placed', properties: { total: 1 } });
  const stranger = await h.until('their enrollment', async () => {
    const { body } = await h.api('GET', '/profiles?identifier=user_id:a%20real%20customer');
    const id = body.items?.[0]?.id;
    if (!id) return false;
    const trail = await h.api('GET', `/scenarios/${scenario}/profiles/${id}/trail`);
    return trail.body.items?.[0]?.state !== 'active' && trail.body.items?.[0];
  });
  expect(stranger).toMatchObject({ reason: 'not a sample customer' });
  await h.api('DELETE', '/sample');
  // Their trail needs it.
  expect((await h.api('GET', `/scenarios/${scenario}`)).body).toMatchObject({ state: 'archived' });

  const { body: second } = await h.api('POST', '/sample');
  expect(second.scenario).not.toBe(scenario);
  // At once, in the middle of everything.
  expect((await h.api('DELETE', '/sample')).status).toBe(204);
  expect((await h.api('DELETE', '/sample')).status).toBe(204);
  expect((await h.api('GET', `/scenarios/${second.scenario}`)).status).toBe(404);
  expect((await h.api('GET', '/sample')).body).toMatchObject({ loaded: false, profiles: 0 });
  const left = await h.until('quiet', async () => {
    const now = await counts();
    return now.inbox === 0 && now.lane_queue === 0 && now;
  });
  const ofStranger = {
    profiles: 1,
    identifiers: 1,
    events: left.events!,
    enrollments: 1,
    scenario_profiles: 1,
    scenarios: 1,
  };
  expect(left).toEqual({ ...before, ...ofStranger });
});
