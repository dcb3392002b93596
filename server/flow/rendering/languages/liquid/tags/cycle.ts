import { type Expression, parseExpression } from '../expression.ts';
import { Fault } from '../fault.ts';
import type { ParseTag } from '../parser.ts';
import { FRAGMENT, SPACE } from '../patterns.ts';
import { inspect } from '../print.ts';
import type { Run } from '../run.ts';

const NAMED = new RegExp(`^(${FRAGMENT})${SPACE}*:${SPACE}*`);
const FIRST = new RegExp(FRAGMENT);

function expressions(markup: string): Expression[] {
  return markup.split(',').flatMap((part) => {
    const found = FIRST.exec(part);
    return found === null ? [] : [parseExpression(found[0])];
  });
}

/** `{% cycle "a", "b" %}`: one after another, by what the tag says or, with `name:` before them, by that name. */
export const parseCycle: ParseTag = ({ markup, at }, parser) => {
  const named = NAMED.exec(markup);
  if (named === null && markup.search(FIRST) !== 0) {
    throw new Fault('A cycle needs values.', at, 'Write: {% cycle "a", "b" %}.');
  }
  const values = expressions(named === null ? markup : markup.slice(named[0].length));
  const name = named === null ? null : parseExpression(named[1]!);
  const fixed = values.every((value) => value.fixed !== null);
  const own = fixed ? values.map(({ text }) => text).join() : `${parser.source.field} ${at}`;
  const keyOf = (run: Run) => (name === null ? `of ${own}` : `named ${inspect(name.get(run), run.budget)}`);
  return {
    blank: false,
    execute: (run, out) => {
      const { cycles } = run.memory;
      const key = keyOf(run);
      const turn = cycles.get(key) ?? 0;
      const value = values[turn]?.get(run);
      out.value(value ?? '', () => parser.source.place(at));
      run.budget.entries(1);
      cycles.set(key, turn + 1 >= values.length ? 0 : turn + 1);
      return 'next';
    },
  };
};
