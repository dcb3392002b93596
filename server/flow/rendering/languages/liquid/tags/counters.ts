import type { ParseTag } from '../parser.ts';
import { strip } from '../patterns.ts';

/** `{% increment name %}` puts out 0, 1, 2…; `{% decrement name %}` -1, -2… of the same counter. */
function counter(step: 1 | -1): ParseTag {
  return ({ markup }) => {
    const name = strip(markup);
    return {
      blank: false,
      execute: (run, out) => {
        const before = run.counters.get(name) ?? 0;
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
