import { messageOf } from '../../../../platform/errors.ts';
import { Abort, type Place, TemplateError } from '../../language.ts';
import { BudgetError } from './budget.ts';

/** Most characters of a template. */
const MAX_TEMPLATE = 262_144;

/** Something wrong with a template, said by a language while it parses or runs; `Source.failure` adds the place. */
export class LanguageError extends Error {
  readonly hint: string | null;
  constructor(message: string, hint: string | null = null) {
    super(message);
    this.hint = hint;
  }
}

/** The author ended the delivery; `Source.failure` adds the place. */
export class AbortSignal extends Error {}

/** A template's text, and where in it something stands. */
export class Source {
  readonly text: string;
  readonly field: string;
  /** Throws TemplateError when the text is too long. */
  constructor(text: string, field: string) {
    this.text = text;
    this.field = field;
    if (text.length > MAX_TEMPLATE) {
      const message = `The template has ${text.length} characters; at most ${MAX_TEMPLATE} are read.`;
      throw new TemplateError('template_budget', message, { field, line: 1, column: 1 });
    }
  }

  /** Line and column of a character, from 1. */
  place(offset: number): Place {
    let line = 1;
    let start = 0;
    for (let at = this.text.indexOf('\n'); at !== -1 && at < offset; at = this.text.indexOf('\n', start)) {
      line++;
      start = at + 1;
    }
    return { field: this.field, line, column: offset - start + 1 };
  }

  /** Any error as the one shape that leaves a language, placed at `offset` unless it has a place already. */
  failure(error: unknown, offset: number): TemplateError | Abort {
    return failureAt(error, () => this.place(offset));
  }
}

/** Any error as the one shape that leaves a language, placed there unless it has a place already. */
export function failureAt(error: unknown, where: () => Place): TemplateError | Abort {
  if (error instanceof TemplateError || error instanceof Abort) return error;
  const place = where();
  if (error instanceof AbortSignal) return new Abort(error.message, place);
  if (error instanceof BudgetError) return new TemplateError('template_budget', error.message, place);
  if (error instanceof RangeError) {
    // A stack that is full, or a string or list longer than JavaScript holds.
    return new TemplateError('template_budget', 'The template nests too deep, or makes too much.', place);
  }
  const hint = error instanceof LanguageError ? error.hint : null;
  return new TemplateError('template_error', messageOf(error), place, hint);
}
