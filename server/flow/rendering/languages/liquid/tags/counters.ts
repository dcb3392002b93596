import { entry } from '../../core/index.ts';
import type { ParseTag } from '../parser.ts';
import { strip } from '../patterns.ts';
import type { Run } from '../run.ts';

/** A number of the context under the same name is where a counter begins. */
function startOf({ isolated, environment }: Run, name: string): number {
  const value = isolated ? undefined : entry(environment, name);
  return typeof value === 'number' && Number.isInteger(value) ? value : 0;
}

/** `{% increment name %}` puts out 0, 1, 2…; `{% decrement name %}` -1, -2… of the same counter. */
function counter(step: 1 | -1): ParseTag {
  return ({ markup }) => {
    const name = strip(markup);
    return {
      blank: false,
      execute: (run, out) => {
        const before = run.counters.get(name) ?? startOf(run, name);
        run.budget.entries(1);
        run.counters.set(name, before + step);
        out.value(step === 1 ? before : before - 1, null);
        return 'next';
      },
    };
  };
}

export const parseIncrement = counter(1);
export const parseDecrement = counter(-1);
