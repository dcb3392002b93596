/**
 * Liquid on a hardened liquidjs. Decided against its defaults: no file system (snippets alone), own properties only,
 * budgets of our own, and `dynamicPartials`, without which `{% render 'name' %}` with quotes isn't understood; names
 * lead nowhere but into the snippets.
 */
import { Context, Liquid, LiquidError, type Template as LiquidNode, Tag, type TagToken } from 'liquidjs';
import { messageOf } from '../../../../platform/errors.ts';
import { Abort, type Language, type Place, TemplateError } from '../../language.ts';
import { Budget, BudgetError, LIMITS } from '../core/index.ts';
import { addFilters } from './filters.ts';
import { print } from './print.ts';
import { Located, PiecesOut, Renderer } from './renderer.ts';

const MAX_TEMPLATE = 262_144;
/** Less than the core's: liquidjs counts what it makes late. */
const LIQUID_LIMITS = { ...LIMITS, allocation: 1_000_000, depth: 60 };

/** `{% abort "reason" %}`: ends the delivery as skipped, on purpose. */
class AbortTag extends Tag {
  readonly #token: TagToken;
  constructor(token: TagToken, rest: never, liquid: Liquid) {
    super(token, rest, liquid);
    this.#token = token;
  }
  override render(context: Context): void {
    const written = this.#token.args.trim();
    const value = written === '' ? 'aborted' : this.liquid.evalValueSync(written, context);
    throw new Abort(print(value, context.memoryLimit as unknown as Budget) || 'aborted', null);
  }
}

function createEngine(snippets: Record<string, string>): Liquid {
  const liquid = new Liquid({
    templates: Object.assign(Object.create(null), snippets),
    cache: 500,
    ownPropertyOnly: true,
    relativeReference: false,
    strictFilters: true,
    preserveTimezones: true,
    timezoneOffset: 0,
    parseLimit: MAX_TEMPLATE,
  });
  Object.assign(liquid, { renderer: new Renderer() });
  liquid.registerTag('abort', AbortTag as never);
  delete liquid.tags.layout;
  delete liquid.tags.block;
  addFilters(liquid);
  return liquid;
}

interface Token {
  file?: string;
  getPosition(): [number, number];
}

/** Templates without snippets share one engine: making one costs more than parsing. */
let shared: Liquid | null = null;

/** Liquid with these snippets as the only partials. */
export function createLiquid(snippets: Record<string, string>): Language {
  if (Object.keys(snippets).length === 0) shared ??= createEngine({});
  const liquid = Object.keys(snippets).length === 0 ? shared! : createEngine(snippets);
  return {
    holdsPlaceholder: (text) => /\{[{%]/.test(text),
    parse(text, field) {
      const locate = (token: Token | undefined): Place => {
        const [line, column] = token?.getPosition() ?? [1, 1];
        return { field: token?.file === undefined ? field : `snippets.${token.file}`, line, column };
      };
      let nodes: LiquidNode[];
      try {
        nodes = liquid.parse(text);
      } catch (error) {
        throw failure(error, locate);
      }
      return {
        run(scope, { now, fragments }) {
          const budget = new Budget(LIQUID_LIMITS);
          const limits = { memoryLimit: budget as never, renderLimit: budget as never, liquid };
          const context = new Context(scope, liquid.options, { sync: true, globals: { clock: now } }, limits);
          const out = new PiecesOut(budget, fragments, (node) => locate(node.token as unknown as Token));
          try {
            liquid.renderer.renderTemplates(nodes, context, out as never);
          } catch (error) {
            throw failure(error, locate);
          }
          return out.buffer;
        },
      };
    },
  };
}

function failure(error: unknown, locate: (token: Token | undefined) => Place): Error {
  const located = error instanceof Located ? error : null;
  const inner = located?.original ?? error;
  const own = LiquidError.is(inner) ? inner : null;
  const place = locate((own?.token ?? located?.template.token) as unknown as Token | undefined);
  if (inner instanceof Abort) return new Abort(inner.message, place);
  const cause = (own as { originalError?: unknown } | null)?.originalError ?? inner;
  if (cause instanceof BudgetError) return new TemplateError('template_budget', cause.message, place);
  if (cause instanceof RangeError) {
    return new TemplateError('template_budget', 'The template nests too deep, or makes too much.', place);
  }
  const message = messageOf(cause).replace(/,( file:.*,)? line:\d+, col:\d+$/, '');
  return new TemplateError('template_error', message, place);
}
