/** Velocity as Apache Velocity has it, without other templates and without Java. */
import type { Language, Scope, Template } from '../../language.ts';
import { Budget, copyOf, Source, type Value } from '../core/index.ts';
import type { Macro, Node } from './ast.ts';
import { execute, outputOf, Stopped } from './execute.ts';
import { parseTemplate } from './parse.ts';
import { type Findings, SyntaxFault } from './reader.ts';
import { Run } from './run.ts';
import { toolOf } from './tools/index.ts';

function findings(): Findings {
  return { macros: new Map(), changes: false, depth: 0 };
}

/** The scope with what the template reads of it copied, so that it can be changed. */
function copied(scope: Scope, budget: Budget): Scope {
  const copies = new Map<object, Value>();
  const values: Scope = {};
  for (const name of Object.keys(scope)) {
    const get = () => copyOf(scope[name], budget, copies);
    Object.defineProperty(values, name, { get, enumerable: true });
  }
  return values;
}

function compile(source: Source): { nodes: Node[]; found: Findings } {
  const found = findings();
  try {
    return { nodes: parseTemplate(source.text, found, (offset) => source.place(offset)), found };
  } catch (error) {
    throw source.failure(error, error instanceof SyntaxFault ? error.at : 0);
  }
}

/** Velocity; snippets are not read, since nothing in it may name another template. */
export function createVelocity(): Language {
  return {
    parse(text, field): Template {
      const source = new Source(text, field);
      const { nodes, found } = compile(source);
      return {
        run(scope, options) {
          const budget = new Budget();
          const macros = new Map<string, Macro>(found.macros);
          /** Reads a text that the template made; all of it stands at the place of the directive. */
          const parse = (made: string, at: number): Node[] => {
            budget.steps(made.length);
            const inner = findings();
            const place = () => source.place(at);
            const read = parseTemplate(made, inner, place);
            for (const [name, macro] of inner.macros) if (!macros.has(name)) macros.set(name, macro);
            return read;
          };
          const values = found.changes ? copied(scope, budget) : scope;
          const run = new Run(values, budget, options, macros, parse, toolOf);
          const out = outputOf(run);
          try {
            execute(nodes, run, out);
          } catch (error) {
            if (!(error instanceof Stopped)) throw source.failure(error, run.at);
          }
          return out.pieces;
        },
      };
    },
  };
}
