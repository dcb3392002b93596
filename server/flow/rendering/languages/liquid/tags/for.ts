import { parseExpression } from '../expression.ts';
import { Fault } from '../fault.ts';
import { sliceOf } from '../items.ts';
import { ForLoop } from '../loops.ts';
import { strictInteger } from '../numbers.ts';
import { Body, type ParseTag } from '../parser.ts';
import { attributesOf, FRAGMENTS, SPACE } from '../patterns.ts';
import { type Evaluate, type Run, within } from '../run.ts';
import { type LoopMarkup, strictOr } from '../strict/grammar.ts';

const LOOP = new RegExp(`^([\\w-]+\\??)${SPACE}+in${SPACE}+(${FRAGMENTS})${SPACE}*(reversed)?`);

/** An offset or a limit: a whole number, or nothing. */
function whole(get: Evaluate | null, run: Run): number | null {
  const value = get?.(run);
  return value === null || value === undefined ? null : strictInteger(value);
}

function laxLoop(markup: string, at: number): LoopMarkup {
  const found = LOOP.exec(markup);
  if (found === null) throw new Fault('This is no loop.', at, 'Write: {% for item in customer.items %}.');
  const [, variable = '', of = '', reversed] = found;
  return { variable, of, reversed: reversed !== undefined, attributes: attributesOf(markup) };
}

/** `{% for x in list reversed limit: 2 offset: 1 %}…{% else %}…{% endfor %}` */
export const parseFor: ParseTag = (tag, parser) => {
  const { variable, of, reversed, attributes } = strictOr(
    tag.markup,
    tag.start,
    parser.warn,
    (grammar) => grammar.loop(),
    () => laxLoop(tag.markup, tag.at),
  );
  const collection = parseExpression(of).get;
  const limit = attributes.has('limit') ? parseExpression(attributes.get('limit')!).get : null;
  const goesOn = attributes.get('offset') === 'continue';
  const offset = attributes.has('offset') && !goesOn ? parseExpression(attributes.get('offset')!).get : null;
  const name = `${variable}-${of}`;
  const body = new Body();
  let none: Body | null = null;
  parser.blocks(tag, body, (middle) => {
    if (middle.name !== 'else' || none !== null) return null;
    none = new Body();
    return none;
  });
  const otherwise = none as Body | null;
  const blank = body.blank && (otherwise?.blank ?? true);
  const execute = parser.seal(body, blank);
  const empty = otherwise === null ? null : parser.seal(otherwise, blank);

  const segment = (run: Run) => {
    const { offsets } = run.memory;
    const from = goesOn ? (offsets.get(name) ?? 0) : (whole(offset, run) ?? 0);
    const value = collection(run);
    const most = whole(limit, run);
    const items = sliceOf(value, from, most === null ? null : from + most, run);
    offsets.set(name, from + items.length);
    return reversed ? items.toReversed() : items;
  };
  return {
    blank,
    execute: (run, out) => {
      const items = segment(run);
      if (items.length === 0) return empty === null ? 'next' : empty(run, out);
      return within(run, (scope) => {
        const loop = new ForLoop(name, items.length, run.loops.at(-1));
        run.loops.push(loop);
        scope.set('forloop', loop);
        for (const item of items) {
          run.budget.step();
          scope.set(variable, item);
          const signal = execute(run, out);
          loop.index++;
          if (signal === 'break') break;
        }
        run.loops.pop();
        return 'next';
      });
    },
  };
};

/** `{% break %}` and `{% continue %}`: outside of a loop they end the template. */
export const parseBreak: ParseTag = () => ({ blank: false, execute: () => 'break' });
export const parseContinue: ParseTag = () => ({ blank: false, execute: () => 'continue' });
