/** render and include: snippets of the webhook, and no other template. */
import { isText, LanguageError, type Output, type Value } from '../../core/index.ts';
import { parseExpression } from '../expression.ts';
import { Fault } from '../fault.ts';
import { ForLoop } from '../loops.ts';
import type { ParseTag } from '../parser.ts';
import { attributesOf, FRAGMENTS, QUOTED_TEXTS, SPACE } from '../patterns.ts';
import { Range } from '../range.ts';
import { type Evaluate, find, type Run, type Signal, within } from '../run.ts';

const BEHIND = `(?:${SPACE}+(with|for)${SPACE}+(${FRAGMENTS}))?(?:${SPACE}+as${SPACE}+([\\w-]+))?`;
const RENDER = new RegExp(`(${QUOTED_TEXTS})${BEHIND}`);
const INCLUDE = new RegExp(`(${FRAGMENTS})${BEHIND}`);

interface Parts {
  name: Evaluate;
  value: Evaluate | null;
  each: boolean;
  alias: string | undefined;
  attributes: [string, Evaluate][];
}

function partsOf(markup: string, found: RegExpExecArray): Parts {
  const [, name = '', word, value, alias] = found;
  return {
    name: parseExpression(name).get,
    value: value === undefined ? null : parseExpression(value).get,
    each: word === 'for',
    alias,
    attributes: [...attributesOf(markup)].map(([key, text]) => [key, parseExpression(text).get]),
  };
}

/** Shows a snippet; an error in it gets its place there. */
function show(name: string, run: Run, out: Output): Signal {
  const { source, execute } = run.partial(name);
  const before = { source: run.source, at: run.at };
  run.budget.step();
  run.budget.enter();
  run.source = source;
  try {
    const signal = execute(run, out);
    run.budget.leave();
    return signal;
  } catch (error) {
    throw run.source.failure(error, run.at);
  } finally {
    run.source = before.source;
    run.at = before.at;
  }
}

const lastName = (name: string) => name.split('/').at(-1)!;

/** Runs with nothing of what the template around has assigned; the context's own names are seen. */
function isolated(run: Run, act: (scope: Map<string, Value>) => void): void {
  const { scopes, counters, memory, loops } = run;
  const before = { scopes, counters, memory, loops, isolated: run.isolated };
  const scope = new Map<string, Value>();
  Object.assign(run, {
    scopes: [scope],
    counters: new Map(),
    memory: { cycles: new Map(), offsets: new Map(), changed: null },
    loops: [],
    isolated: true,
  });
  try {
    act(scope);
  } finally {
    Object.assign(run, before);
  }
}

/** `{% render "card", name: customer.name %}`, `{% render "row" for customer.items as item %}` */
export const parseRender: ParseTag = ({ markup, at }) => {
  const found = RENDER.exec(markup);
  if (found === null)
    throw new Fault('A render needs the name of a snippet in quotes.', at, 'Write: {% render "card" %}.');
  const { name, value, each, alias, attributes } = partsOf(markup, found);
  return {
    blank: false,
    execute: (run, out) => {
      const snippet = String(name(run));
      const one = (item: Value, loop: ForLoop | null) => {
        const given = attributes.map(([key, get]): [string, Value] => [key, get(run)]);
        isolated(run, (scope) => {
          if (loop !== null) scope.set('forloop', loop);
          for (const [key, of] of given) scope.set(key, of);
          if (item !== null && item !== undefined) scope.set(alias ?? lastName(snippet), item);
          show(snippet, run, out);
        });
        if (loop !== null) loop.index++;
      };
      const of = value?.(run);
      const items = each && of instanceof Range ? of.items(run.budget) : of;
      if (each && Array.isArray(items)) {
        const loop = new ForLoop(snippet, items.length, undefined);
        for (const item of items) one(item, loop);
      } else one(of, null);
      return 'next';
    },
  };
};

/** `{% include "card" with customer %}`: sees and changes what the template around has assigned. */
export const parseInclude: ParseTag = ({ markup, at }) => {
  const found = INCLUDE.exec(markup);
  if (found === null) throw new Fault('An include needs the name of a snippet.', at, 'Write: {% include "card" %}.');
  const { name, value, alias, attributes } = partsOf(markup, found);
  return {
    blank: false,
    execute: (run, out) => {
      if (run.isolated) throw new LanguageError('include is not allowed within render.', 'Write render instead.');
      const snippet = name(run);
      if (!isText(snippet)) throw new LanguageError('The name of a snippet is a text.', 'Put it in quotes.');
      const called = String(snippet);
      const of = value === null ? find(run, called) : value(run);
      return within(run, (scope) => {
        for (const [key, get] of attributes) scope.set(key, get(run));
        for (const item of Array.isArray(of) ? of : [of]) {
          scope.set(alias ?? lastName(called), item);
          const signal = show(called, run, out);
          if (signal !== 'next') return signal;
        }
        return 'next';
      });
    },
  };
};
