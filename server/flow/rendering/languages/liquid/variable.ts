/** What stands in an output, an echo or behind `assign x =`: a value and the filters that it goes through. */
import { isText, LanguageError, type Value } from '../core/index.ts';
import { parseExpression } from './expression.ts';
import { Fault } from './fault.ts';
import { type Filter, filters } from './filters/index.ts';
import { FRAGMENT, SPACE } from './patterns.ts';
import type { Evaluate, Run } from './run.ts';
import { type OutputMarkup, strictOr } from './strict/grammar.ts';

const FIRST = new RegExp(FRAGMENT);
const FILTER = new RegExp(`(?:${SPACE}+|${FRAGMENT}|,)+`, 'g');
const ARGUMENT = new RegExp(`[:,]${SPACE}*((?:\\w+${SPACE}*:${SPACE}*)?${FRAGMENT})`, 'g');
const NAMED = new RegExp(`^(\\w[\\w-]*)${SPACE}*:${SPACE}*(${FRAGMENT})$`);

/** As the lax parser finds it: the first fragment, and behind each bar a word and what looks like arguments. */
function laxOutput(markup: string): OutputMarkup | null {
  const first = FIRST.exec(markup);
  if (first === null) return null;
  const rest = markup.slice(first.index + first[0].length);
  const bar = rest.indexOf('|');
  const found: OutputMarkup = { name: first[0], filters: [] };
  if (bar === -1) return found;
  for (const [part] of rest.slice(bar + 1).matchAll(FILTER)) {
    const name = /\w+/.exec(part)?.[0];
    if (name === undefined) continue;
    found.filters.push({ name, at: null, args: [...part.matchAll(ARGUMENT)].map((match) => match[1]!) });
  }
  return found;
}

/** The value through a filter. A wrong number of arguments is told at once, and fails when it is reached. */
function applied(
  input: Evaluate,
  name: string,
  filter: Filter,
  args: string[],
  tell: (message: string) => void,
): Evaluate {
  const values: Evaluate[] = [];
  const named: [string, Evaluate][] = [];
  for (const arg of args) {
    const match = NAMED.exec(arg);
    if (match === null) values.push(parseExpression(arg).get);
    else named.push([match[1]!, parseExpression(match[2]!).get]);
  }
  const count = values.length + (named.length > 0 ? 1 : 0);
  if (count < filter.least || count > filter.most) {
    const wanted = filter.least === filter.most ? filter.least : `${filter.least} to ${filter.most}`;
    const message = `The filter ${name} takes ${wanted} argument${filter.most === 1 ? '' : 's'}, and has ${count}.`;
    tell(message);
    return (run) => {
      input(run);
      throw new LanguageError(message);
    };
  }
  const { act } = filter;
  if (values.length === 0 && named.length === 0) return (run) => act(looked(input, run), [], run);
  return (run) => {
    const value = looked(input, run);
    // What isn't there is nil, and not an argument that was left out.
    const given: Value[] = values.map((get) => get(run) ?? null);
    if (named.length > 0) given.push(new Map(named.map(([key, get]) => [key, get(run)])));
    return act(value, given, run);
  };
}

/** The value that a filter goes through. */
function looked(input: Evaluate, run: Run): Value {
  const value = input(run);
  if (isText(value)) run.budget.through(String(value));
  return value;
}

function counted(get: Evaluate): Evaluate {
  return (run: Run) => {
    run.budget.step();
    return get(run);
  };
}

/**
 * The markup as a closure. What strict parsing would refuse is told to `warn`, and read in the lax way; a filter that
 * doesn't exist leaves its value as it is, and is told too, as is one with too few or too many arguments.
 */
export function parseVariable(markup: string, start: number, warn: (fault: Fault) => void): Evaluate {
  const found = strictOr(
    markup,
    start,
    warn,
    (grammar) => grammar.output(),
    () => laxOutput(markup),
  );
  if (found === null) return () => null;
  let get = parseExpression(found.name).get;
  for (const { name, at, args } of found.filters) {
    const filter = filters.get(name);
    if (filter === undefined) {
      warn(new Fault(`There is no filter ${name}; the value stays as it is.`, at ?? start));
    } else get = counted(applied(get, name, filter, args, (message) => warn(new Fault(message, at ?? start))));
  }
  return get;
}
