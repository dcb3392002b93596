/** Mustache as its specification has it, without lambdas; partials are the snippets alone. */
import type { Language, Template } from '../../language.ts';
import { Budget, failureAt, isMap, Source } from '../core/index.ts';
import type { Node } from './ast.ts';
import { parse } from './parse.ts';
import { type Partials, Renderer } from './render.ts';

/** Parsed snippets that are kept, by name and indentation. */
const MOST_PARTIALS = 200;

function partialsOf(snippets: Record<string, string>): Partials {
  const parsed = new Map<string, Node[]>();
  return (name, indent, budget) => {
    if (!Object.hasOwn(snippets, name)) return null;
    const key = `${indent}>${name}`;
    let nodes = parsed.get(key);
    if (nodes === undefined) {
      const source = new Source(snippets[name]!, `snippets.${name}`);
      budget.use(source.text.length + indent.length * source.text.split('\n').length);
      nodes = parse(source, indent, (error, offset) => source.failure(error, offset));
      if (parsed.size >= MOST_PARTIALS) parsed.clear();
      parsed.set(key, nodes);
    }
    return nodes;
  };
}

/** Mustache with these snippets as the only partials. */
export function createMustache(snippets: Record<string, string>): Language {
  const partials = partialsOf(snippets);
  return {
    parse(text, field): Template {
      const source = new Source(text, field);
      const nodes = parse(source, '', (error, offset) => source.failure(error, offset));
      return {
        run(scope, options) {
          // A profile's attributes are named as they are, and come before names of ours.
          const renderer = new Renderer(
            isMap(scope.customer) ? [scope, scope.customer] : [scope],
            new Budget(),
            options,
            partials,
          );
          try {
            renderer.run(nodes);
          } catch (error) {
            throw failureAt(error, renderer.place ?? (() => source.place(0)));
          }
          return renderer.out.pieces;
        },
      };
    },
  };
}
