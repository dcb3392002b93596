import type { Context } from 'liquidjs';
import type { Budget } from '../core/index.ts';

/** What a filter finds as `this`: the run's context, with our budget and the delivery's clock (ms), and its own token. */
export interface FilterThis {
  context: Context & { memoryLimit: Budget; globals: { clock: number } };
  token: { args: unknown[] };
}
