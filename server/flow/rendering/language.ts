/**
 * What a template language brings: a folder in languages/ that parses templates, and runs one over a scope into
 * pieces. Pieces keep apart what the author wrote and what is data, so that escaping never looks at text it can't tell.
 */

/** Values by name, as a template sees them: JSON values and ExactNumber, nothing with behaviour. */
export type Scope = Record<string, unknown>;

/** Where in a definition something stands: `url`, `headers.0.value`, `snippets.card`…; line and column from 1. */
export interface Place {
  field: string;
  line: number;
  column: number;
}

/**
 * One part of an output. `literal`: the author's. `value`: data, a text, number, boolean or null. `fragment`: JSON text
 * of a list or map. `raw`: data whose author opted out of escaping.
 */
export interface Piece {
  kind: 'literal' | 'value' | 'fragment' | 'raw';
  value: unknown;
  /** Where the part of the template stands that made it; computed on demand, for errors alone. */
  place: (() => Place) | null;
}

/** How one run goes: lists and maps become JSON fragments, or are printed the language's way. */
interface RunOptions {
  now: number;
  fragments: boolean;
}

/** A parsed template. */
export interface Template {
  run(scope: Scope, options: RunOptions): Piece[];
}

/** A language with its snippets in place. `parse` throws TemplateError. */
export interface Language {
  parse(text: string, field: string): Template;
}

/** A template that doesn't parse, or fails or goes over its budget while it runs. */
export class TemplateError extends Error {
  readonly code: 'template_error' | 'template_budget';
  readonly place: Place | null;
  constructor(code: 'template_error' | 'template_budget', message: string, place: Place | null) {
    super(message);
    this.code = code;
    this.place = place;
  }
}

/** `{% abort %}`: the author doesn't want this request to be sent. */
export class Abort extends Error {
  readonly place: Place | null;
  constructor(reason: string, place: Place | null) {
    super(reason);
    this.place = place;
  }
}
