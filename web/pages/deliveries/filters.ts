import type { GetDeliveriesCountsData } from '../../data/api/index.ts';
import { reasonInWords } from './reasons.ts';

/** What a list of deliveries is filtered by, as it stands in the address. Several states are joined by commas. */
export type Filters = Partial<
  Record<
    | 'state'
    | 'webhook'
    | 'scenario'
    | 'run'
    | 'step'
    | 'reason'
    | 'profile'
    | 'idempotency_key'
    | 'since'
    | 'from'
    | 'to',
    string
  >
>;
/** A filter as the API takes and shows it. */
export type Filtered = { [name in keyof Filters]?: string | string[] | undefined };
type Query = NonNullable<GetDeliveriesCountsData['query']>;

export const PERIODS: Record<string, number> = {
  'last hour': 3_600_000,
  'last day': 86_400_000,
  'last 7 days': 604_800_000,
};
const SAME = ['webhook', 'scenario', 'run', 'step', 'reason', 'profile', 'idempotency_key', 'from', 'to'] as const;

/** The API's query for the filters; what the API doesn't take it refuses with a sentence. `now`: ms, for "last hour". */
export function queryOf(filters: Filters, now: number): Query {
  const query: Record<string, string | string[]> = {};
  if (filters.state) query.state = filters.state.split(',');
  const period = filters.since === undefined ? undefined : PERIODS[filters.since];
  if (period !== undefined) query.from = new Date(now - period).toISOString();
  for (const name of SAME) if (filters[name]) query[name] = filters[name];
  return query as Query;
}

/** The filters that have no field of their own on the page, in words. */
export function described(filters: Filters): { key: keyof Filters; label: string }[] {
  const found: { key: keyof Filters; label: string }[] = [];
  const { state, run, step, reason, profile, idempotency_key: key, from, to } = filters;
  if (state?.includes(',')) found.push({ key: 'state', label: state.replaceAll(',', ' or ') });
  if (run) found.push({ key: 'run', label: 'one run of a campaign' });
  if (step) found.push({ key: 'step', label: `step ${step}` });
  if (reason) found.push({ key: 'reason', label: reasonInWords(reason) });
  if (profile) found.push({ key: 'profile', label: `profile ${profile}` });
  if (key) found.push({ key: 'idempotency_key', label: `key ${key}` });
  if (from) found.push({ key: 'from', label: `from ${shownTime(from)}` });
  if (to) found.push({ key: 'to', label: `before ${shownTime(to)}` });
  return found;
}

const shownTime = (iso: string) => {
  const at = new Date(iso);
  return Number.isNaN(at.getTime())
    ? iso
    : new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' }).format(at);
};

/** The filters that a filter of the API is. */
export function filtersOf({ state, ...rest }: Filtered): Filters {
  const states = [state ?? []].flat();
  return { ...(states.length > 0 && { state: states.join() }), ...rest } as Filters;
}

/** A time as a field of type datetime-local holds it, and back. */
export function localOf(iso: string | undefined): string {
  const at = new Date(iso ?? Number.NaN);
  if (Number.isNaN(at.getTime())) return '';
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
export function isoOf(local: string): string | undefined {
  const at = new Date(local);
  return local === '' || Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}
