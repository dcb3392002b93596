import type { GetPoliciesResponse } from '../../data/api/index.ts';

/** A throughput policy, as the list has it. */
export type Policy = GetPoliciesResponse['items'][number];

/** A limit in words: `10 open at a time, 100 a second`. */
export function limitText(of: { concurrency: number | null; rate: number | null; per: string | null }): string {
  const parts = [];
  if (of.concurrency !== null) parts.push(`${of.concurrency.toLocaleString('en')} open at a time`);
  if (of.rate !== null) parts.push(`${of.rate.toLocaleString('en')} ${of.per === 'hour' ? 'an' : 'a'} ${of.per}`);
  return parts.join(', ');
}
