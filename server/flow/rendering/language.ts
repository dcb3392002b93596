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
 * of a list or map. `raw`: data whose author opted out of escaping. `marked`: a text that knows which of its parts are
 * data (a `Marked` of languages/core).
 */
export interface Piece {
  kind: 'literal' | 'value' | 'fragment' | 'raw' | 'marked';
  value: unknown;
  /** Where the part of the template stands that made it; computed on demand, for errors alone. */
  place: (() => Place) | null;
  /** How the language prints a `value` that is no text, or a `fragment`, where it stands within text. */
  text?: string;
}

/** How one run goes. Escaping itself comes after it (escaping/), and is no language's business. */
export interface RunOptions {
  /** The delivery's time, ms. */
  now: number;
  /** The output goes into JSON: lists and maps become JSON fragments. Else they are printed the language's way. */
  fragments: boolean;
  /**
   * The pieces will be escaped for where they stand: texts are marked, and the language escapes nothing by itself.
   * Else everything is printed as the vendor does, with the vendor's own escaping, if it has one.
   */
  automatic: boolean;
}

/** A parsed template. */
export interface Template {
  /** What a stricter reading would refuse: it runs all the same, and people are told. */
  readonly warnings?: readonly TemplateError[];
  run(scope: Scope, options: RunOptions): Piece[];
}

/** A language with its snippets in place. `parse` throws TemplateError. */
export interface Language {
  parse(text: string, field: string): Template;
}

export type TemplateErrorCode = 'template_error' | 'template_budget';

/**
 * A template that doesn't parse, or fails or goes over its budget while it runs: what happened, where, and, as `hint`,
 * what to try instead, when something is known to help.
 */
export class TemplateError extends Error {
  readonly code: TemplateErrorCode;
  readonly place: Place | null;
  readonly hint: string | null;
  constructor(code: TemplateErrorCode, message: string, place: Place | null, hint: string | null = null) {
    super(hint === null ? message : `${message} ${hint}`);
    this.code = code;
    this.place = place;
    this.hint = hint;
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
