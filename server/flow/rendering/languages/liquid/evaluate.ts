/**
 * Values of outputs, read without generators where the expression is plain: a name with fixed keys or a literal, and
 * filters with such arguments. liquidjs drives several generators for each of them; this is most of its time.
 */
import { type Context, toValue, toValueSync, type Value } from 'liquidjs';

type Get = (context: Context) => unknown;

/** How an output is read, and whether its author opted out of escaping. */
export interface Evaluator {
  get: Get;
  raw: boolean;
}

interface AnyToken {
  kind: number;
  content?: unknown;
  variable?: unknown;
  props?: AnyToken[];
}
interface AnyFilter {
  raw: boolean;
  handler: (this: object, ...args: unknown[]) => unknown;
  args: (AnyToken | [string, AnyToken])[];
  token: unknown;
  liquid: unknown;
}
interface OpenContext {
  findScope(key: unknown): object;
  readProperty(object: unknown, key: unknown): unknown;
}

const evaluators = new WeakMap<Value, Evaluator>();

/** The evaluator of a value, made once. */
export function evaluatorOf(value: Value): Evaluator {
  let evaluator = evaluators.get(value);
  if (evaluator === undefined) {
    evaluator = make(value);
    evaluators.set(value, evaluator);
  }
  return evaluator;
}

function make(value: Value): Evaluator {
  const filters = value.filters as unknown as AnyFilter[];
  const postfix = value.initial.postfix as unknown as AnyToken[];
  const literal = filters.length === 0 && postfix.length === 1 && 'content' in postfix[0]!;
  const raw = literal || filters.at(-1)?.raw === true;
  const slow: Get = (context) => toValueSync(value.value(context, false) as never);
  if (postfix.length === 0) return { get: filters.length === 0 ? () => null : slow, raw };
  const first = postfix.length === 1 ? operand(postfix[0]!) : null;
  if (first === null) return { get: slow, raw };
  let get: Get = first;
  for (const filter of filters) {
    const next = filtered(get, filter);
    if (next === null) return { get: slow, raw };
    get = next;
  }
  return { get, raw };
}

function operand(token: AnyToken): Get | null {
  if ('content' in token) return () => token.content;
  if (token.props === undefined || token.variable !== undefined || token.props.length === 0) return null;
  const keys: Get[] = [];
  for (const prop of token.props) {
    const key = operand(prop);
    if (key === null) return null;
    keys.push(key);
  }
  if (token.props.every((prop) => 'content' in prop))
    return fixedPath(token.props.map((prop) => toValue(prop.content)));
  return (context) =>
    follow(
      context,
      keys.map((key) => toValue(key(context))),
    );
}

function fixedPath(keys: unknown[]): Get {
  return (context) => follow(context, keys);
}

function follow(context: Context, keys: unknown[]): unknown {
  const open = context as unknown as OpenContext;
  let value: unknown = open.findScope(keys[0]);
  for (const key of keys) {
    value = open.readProperty(value, key);
    if (value === null || value === undefined) return value;
  }
  return typeof (value as { next?: unknown }).next === 'function' ? toValueSync(value as never) : value;
}

function filtered(input: Get, filter: AnyFilter): Get | null {
  const names: (string | null)[] = [];
  const values: Get[] = [];
  for (const arg of filter.args) {
    const value = operand(Array.isArray(arg) ? arg[1] : arg);
    if (value === null) return null;
    names.push(Array.isArray(arg) ? arg[0] : null);
    values.push(value);
  }
  const { handler, token, liquid } = filter;
  return (context) => {
    const args: unknown[] = [input(context)];
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!(context);
      args.push(names[i] === null ? value : [names[i], value]);
    }
    const result = handler.apply({ context, token, liquid }, args) as { next?: unknown } | null | undefined;
    return typeof result?.next === 'function' ? toValueSync(result as never) : result;
  };
}
