import { useNames } from '../../data/names.ts';
import { described, type Filtered, filtersOf } from './filters.ts';

/** A filter of deliveries in words, as "failed, webhook CRM, HTTP 503, from 3 May 2026, 10:00". */
export function FilterWords({ filter }: { filter: Filtered }) {
  const nameOf = useNames();
  const filters = filtersOf(filter);
  const words = [
    filters.state?.replaceAll(',', ' or '),
    filters.webhook && `webhook ${nameOf(filters.webhook)}`,
    filters.scenario && `scenario ${nameOf(filters.scenario)}`,
    ...described({ ...filters, state: '' }).map(({ label }) => label),
  ];
  return <>{words.filter(Boolean).join(', ')}</>;
}
