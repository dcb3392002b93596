/**
 * Liquid as Shopify's Ruby engine runs it: lax, so that what strict parsing refuses is read in the old way and told as a
 * warning; with the filters that Customer.io adds, and with the webhook's snippets as the only other templates. Where
 * Ruby's engine prints an error into the output, the delivery fails instead.
 */
import type { Language, RunOptions, Scope, Template, TemplateError } from '../../language.ts';
import { Budget, LanguageError, Source, type Value } from '../core/index.ts';
import { outputOf } from './capture.ts';
import { Fault } from './fault.ts';
import { Parser } from './parser.ts';
import type { Execute, Memory, Partial, Run } from './run.ts';
import { tags } from './tags/index.ts';

const MOST_WARNINGS = 50;

/** A template as a closure. Throws TemplateError. */
function compile(source: Source): { execute: Execute; warnings: TemplateError[] } {
  const warnings: TemplateError[] = [];
  const warn = (fault: Fault) => {
    if (warnings.length < MOST_WARNINGS) warnings.push(source.failure(fault, fault.offset) as TemplateError);
  };
  try {
    return { execute: new Parser(source, tags, warn).template(), warnings };
  } catch (error) {
    throw source.failure(error, error instanceof Fault ? error.offset : 0);
  }
}

class RunState implements Run {
  readonly budget = new Budget();
  readonly options: RunOptions;
  readonly environment: Scope;
  readonly partial: (name: string) => Partial;
  scopes: Map<string, Value>[] = [new Map()];
  counters = new Map<string, number>();
  memory: Memory = { cycles: new Map(), offsets: new Map(), changed: null };
  loops: Value[] = [];
  source: Source;
  at = 0;
  isolated = false;

  constructor(source: Source, environment: Scope, options: RunOptions, partial: (name: string) => Partial) {
    this.source = source;
    this.environment = environment;
    this.options = options;
    this.partial = partial;
  }
}

/** Liquid with these snippets. */
export function createLiquid(snippets: Record<string, string>): Language {
  const parsed = new Map<string, Partial>();
  const partial = (name: string): Partial => {
    let found = parsed.get(name);
    if (found === undefined) {
      if (!Object.hasOwn(snippets, name)) {
        throw new LanguageError(
          `There is no snippet ${name.slice(0, 200)}.`,
          'Templates can show the snippets of their webhook.',
        );
      }
      const source = new Source(snippets[name]!, `snippets.${name}`);
      found = { source, execute: compile(source).execute };
      parsed.set(name, found);
    }
    return found;
  };
  return {
    parse(text, field): Template {
      const source = new Source(text, field);
      const { execute, warnings } = compile(source);
      return {
        warnings,
        run(scope, options) {
          const run = new RunState(source, scope, options, partial);
          const out = outputOf(run);
          try {
            execute(run, out);
          } catch (error) {
            throw run.source.failure(error, run.at);
          }
          return out.pieces;
        },
      };
    },
  };
}
