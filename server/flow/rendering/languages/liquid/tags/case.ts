import { isTrue } from '../compare.ts';
import { comparison } from '../condition.ts';
import { parseExpression, parseOperand } from '../expression.ts';
import { Fault } from '../fault.ts';
import { Body, type Parser, type ParseTag } from '../parser.ts';
import { FRAGMENT, isBlank, SPACE } from '../patterns.ts';
import type { Evaluate } from '../run.ts';
import { strictOr } from '../strict/grammar.ts';
import type { TagToken } from '../tokens.ts';

const FIRST = new RegExp(FRAGMENT);
/** What goes on behind a value: `or` or a comma, and another. */
const MORE = new RegExp(`^(?:${SPACE}+or${SPACE}+|${SPACE}*,${SPACE}*)(?=${FRAGMENT})`);

/** The values of a when tag. Throws Fault when there is none. */
function values({ markup, start, at }: TagToken, parser: Parser): string[] {
  return strictOr(
    markup,
    start,
    parser.warn,
    (grammar) => grammar.values(),
    () => laxValues(markup, at),
  );
}

function laxValues(markup: string, at: number): string[] {
  const found: string[] = [];
  for (let rest: string | null = markup; rest !== null; ) {
    const value = FIRST.exec(rest);
    if (value === null) throw new Fault('A when needs a value.', at, 'Write: {% when "a", "b" %}.');
    found.push(value[0]);
    const behind: string = rest.slice(value.index + value[0].length);
    const more = MORE.exec(behind);
    rest = more === null ? null : behind.slice(more[0].length);
  }
  return found;
}

/** `{% case a %}{% when 1 or 2 %}…{% else %}…{% endcase %}`: each value that is met puts out its block. */
export const parseCase: ParseTag = (tag, parser) => {
  const found = FIRST.exec(tag.markup);
  if (found === null) throw new Fault('A case needs a value.', tag.at, 'Write: {% case customer.plan %}.');
  const left = parseExpression(found[0]);
  const bodies: Body[] = [new Body()];
  const branches: { test: Evaluate | null; body: Body }[] = [];
  parser.blocks(tag, bodies[0]!, (middle) => {
    const body = new Body();
    bodies.push(body);
    if (middle.name === 'else') {
      if (!isBlank(middle.markup)) throw new Fault('An else of a case has no condition.', middle.at);
      branches.push({ test: null, body });
      return body;
    }
    if (middle.name !== 'when') return null;
    for (const value of values(middle, parser)) {
      branches.push({ test: comparison(left, '==', parseOperand(value)), body });
    }
    return body;
  });
  const blank = bodies.every((body) => body.blank);
  const sealed = new Map(bodies.map((body) => [body, parser.seal(body, blank)]));
  const all = branches.map(({ test, body }) => ({ test, execute: sealed.get(body)! }));
  return {
    blank,
    execute: (run, out) => {
      let met = false;
      for (const { test, execute } of all) {
        if (test === null ? met : !isTrue(test(run))) continue;
        if (test !== null) met = true;
        const signal = execute(run, out);
        if (signal !== 'next') return signal;
      }
      return 'next';
    },
  };
};
