import type { Database } from '../../server/platform/database/index.ts';
import { parse, present } from '../../server/platform/ids.ts';

const DAY = 86_400_000;

/** What pages of the web application ask for, in a record that `fill` made. */
export async function pages(
  database: Database,
  workspace: string,
  now: number,
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into as a client would
  ask: (path: string) => Promise<any>,
): Promise<{ name: string; path: string }[]> {
  const one = async <Row>(text: string) => (await database.run<Row>({ name: '', text }, [workspace]))[0]!;
  const ids = await database.run<{ id: string; name: string }>(
    { name: '', text: 'SELECT id, name FROM webhooks WHERE workspace_id = $1 ORDER BY id' },
    [workspace],
  );
  const hook = (name: string) => present('webhook', ids.find((row) => row.name === name)!.id);
  const scenario = present(
    'scenario',
    (await one<{ id: string }>('SELECT id FROM scenarios WHERE workspace_id = $1 ORDER BY id OFFSET 4 LIMIT 1')).id,
  );
  const iso = (ago: number) => new Date(now - ago * DAY).toISOString();
  const middle = await ask(`/deliveries?limit=1&to=${iso(10)}`);
  const [delivery] = middle.items;
  const { profile } = delivery;
  const { request } = await ask(`/deliveries/${delivery.id}`);
  const far = Buffer.from(parse('delivery', delivery.id)!).toString('base64url');
  const lists = (name: string, query: string) => [
    { name: `deliveries: ${name}`, path: `/deliveries?limit=50&${query}` },
    { name: `counts: ${name}`, path: `/deliveries/counts?${query}` },
  ];
  return [
    { name: 'overview', path: '/overview' },
    { name: 'getting started', path: '/getting-started' },
    { name: 'processes', path: '/processes' },
    { name: 'queues', path: '/queues' },
    { name: 'database', path: '/database' },
    ...lists('newest', ''),
    { name: 'deliveries: a page from the middle', path: `/deliveries?limit=50&cursor=${far}` },
    ...lists('delivered', 'state=delivered'),
    ...lists('failed', 'state=failed'),
    ...lists('queued', 'state=queued'),
    ...lists('retrying (none)', 'state=retrying'),
    ...lists('failed, skipped, cancelled', 'state=failed&state=skipped&state=cancelled'),
    ...lists('half of all (webhook 0)', `webhook=${hook('Webhook 0')}`),
    ...lists('one in 20 (webhook 6)', `webhook=${hook('Webhook 6')}`),
    ...lists('one in 100,000 (webhook 19)', `webhook=${hook('Webhook 19')}`),
    ...lists('webhook 6, failed', `webhook=${hook('Webhook 6')}&state=failed`),
    ...lists('webhook 19, failed (none)', `webhook=${hook('Webhook 19')}&state=failed`),
    ...lists('scenario', `scenario=${scenario}`),
    ...lists('scenario, step, failed', `scenario=${scenario}&step=call&state=failed`),
    ...lists('reason, common', 'reason=http_500'),
    ...lists('reason, rare', 'reason=dns'),
    ...lists('reason, none', 'reason=nothing_like_it'),
    ...lists('last hour', `from=${iso(1 / 24)}`),
    ...lists('a day in the middle', `from=${iso(10)}&to=${iso(9)}`),
    ...lists('a day in the middle, rare reason', `from=${iso(10)}&to=${iso(9)}&reason=dns`),
    ...lists('a day in the middle, webhook 19', `from=${iso(10)}&to=${iso(9)}&webhook=${hook('Webhook 19')}`),
    ...lists('one profile', `profile=${profile}`),
    ...lists('one profile, failed', `profile=${profile}&state=failed`),
    ...lists('one key', `idempotency_key=${request.idempotency_key}`),
    { name: 'one delivery', path: `/deliveries/${delivery.id}` },
    { name: 'profiles', path: '/profiles?limit=50' },
    { name: 'one profile', path: `/profiles/${profile}` },
    { name: 'timeline of a profile', path: `/profiles/${profile}/timeline?limit=50` },
    { name: 'history of a profile', path: `/profiles/${profile}/history?limit=50` },
    { name: 'enrollments of a profile', path: `/profiles/${profile}/enrollments?limit=50` },
    { name: 'search: an email', path: '/search?q=person4711' },
    { name: 'search: a delivery', path: `/search?q=${delivery.id}` },
    { name: 'search: nothing', path: '/search?q=nothing-like-it' },
  ];
}
