/** Runs parsed templates, in place of liquidjs' own loop: counts every step, tells data from literals, no generators. */
import { type Context, CycleTag, EchoTag, Output, type Template, toValueSync, type Value } from 'liquidjs';
import { ExactNumber } from '../../../../platform/json.ts';
import type { Piece, Place } from '../../language.ts';
import type { Budget } from '../core/index.ts';
import { evaluatorOf } from './evaluate.ts';
import { jsonText, plain, print } from './print.ts';

/** What liquidjs' tags write to, and outputs besides. */
interface Out {
  buffer: unknown;
  /** The node that runs, for the places of literals. */
  current: Template | null;
  write(text: unknown): void;
  emit(value: unknown, raw: boolean, template: Template): void;
}

/** Text of a capture: nothing is escaped, so that comparisons and sizes see the data as they are. */
class TextOut implements Out {
  buffer = '';
  current: Template | null = null;
  readonly #budget: Budget;
  constructor(budget: Budget) {
    this.#budget = budget;
  }
  write(text: unknown): void {
    this.buffer += print(text, this.#budget);
  }
  emit(value: unknown): void {
    this.write(value);
  }
}

/** The pieces of the whole output. */
export class PiecesOut implements Out {
  readonly buffer: Piece[] = [];
  current: Template | null = null;
  readonly #budget: Budget;
  readonly #fragments: boolean;
  readonly #locate: (template: Template) => Place;

  /** `fragments`: lists and maps become JSON; else they are printed as Liquid does. */
  constructor(budget: Budget, fragments: boolean, locate: (template: Template) => Place) {
    this.#budget = budget;
    this.#fragments = fragments;
    this.#locate = locate;
  }

  write(text: unknown): void {
    const value = print(text, this.#budget);
    if (value === '') return;
    const template = this.current;
    this.buffer.push({ kind: 'literal', value, place: template === null ? null : () => this.#locate(template) });
  }

  emit(given: unknown, raw: boolean, template: Template): void {
    const place = () => this.#locate(template);
    const value = plain(given) ?? null;
    if (raw) {
      this.buffer.push({ kind: 'raw', value: print(value, this.#budget), place });
    } else if (typeof value === 'object' && value !== null && !(value instanceof ExactNumber)) {
      const text = this.#fragments ? jsonText(value, this.#budget) : print(value, this.#budget);
      this.buffer.push({ kind: this.#fragments ? 'fragment' : 'value', value: text, place });
    } else {
      if (typeof value === 'string') this.#budget.use(value.length);
      this.buffer.push({ kind: 'value', value, place });
    }
  }
}

/** Stands in for liquidjs' Render; its tags call `renderTemplates` for what they contain. */
export class Renderer {
  renderTemplates(templates: Template[], context: Context, emitter?: Out): unknown {
    const budget = context.memoryLimit as unknown as Budget;
    const out = emitter ?? new TextOut(budget);
    budget.enter();
    for (const template of templates) {
      budget.step();
      try {
        this.#one(template, context, out);
      } catch (error) {
        throw Located.at(error, template);
      }
      if (context.breakCalled || context.continueCalled) break;
    }
    budget.leave();
    return out.buffer;
  }

  #one(template: Template, context: Context, out: Out): void {
    if (template instanceof Output || template instanceof EchoTag) {
      const { value } = template as unknown as { value?: Value };
      if (value === undefined) return;
      const evaluator = evaluatorOf(value);
      out.emit(evaluator.get(context), evaluator.raw, template);
      return;
    }
    out.current = template;
    const made = toValueSync(template.render(context, out as never) as never) as unknown;
    if (made === undefined || made === null || made === '') return;
    if (template instanceof CycleTag) out.emit(made, false, template);
    else out.write(made);
  }
}

/** An error with the innermost template that it happened in. */
export class Located extends Error {
  readonly template: Template;
  readonly original: unknown;
  private constructor(original: unknown, template: Template) {
    super(original instanceof Error ? original.message : String(original));
    this.original = original;
    this.template = template;
  }
  static at(error: unknown, template: Template): Located {
    return error instanceof Located ? error : new Located(error, template);
  }
}
