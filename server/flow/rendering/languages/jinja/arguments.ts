/** Arguments as Python binds them to parameters. */
import { LanguageError, type Value } from '../core/index.ts';
import type { Given } from './values.ts';

/** Names of parameters with what they are when not given; `undefined` as a default: it must be given. */
export type Parameters = readonly (readonly [name: string, otherwise: Value])[];

/**
 * Values in the order of the parameters. Throws LanguageError for too many, unknown, repeated or missing ones, saying
 * what was called.
 */
export function bind(what: string, parameters: Parameters, { args, kwargs }: Given): Value[] {
  if (args.length > parameters.length) {
    throw new LanguageError(`${what} takes at most ${parameters.length} arguments, not ${args.length}.`);
  }
  const known = new Set(parameters.map(([name]) => name));
  for (const name of kwargs.keys()) {
    if (!known.has(name)) throw new LanguageError(`${what} has no argument ${name}.`);
  }
  return parameters.map(([name, otherwise], i) => {
    if (i < args.length) {
      if (kwargs.has(name)) throw new LanguageError(`${what} was given ${name} twice.`);
      return args[i];
    }
    if (kwargs.has(name)) return kwargs.get(name);
    if (otherwise === undefined) throw new LanguageError(`${what} needs its argument ${name}.`);
    return otherwise;
  });
}

/** Parameters from a short form: names that must be given, then names with defaults. */
export function parameters(needed: string, optional: Record<string, Value> = {}): Parameters {
  const first = needed === '' ? [] : needed.split(' ').map((name): [string, Value] => [name, undefined]);
  return [...first, ...Object.entries(optional)];
}
