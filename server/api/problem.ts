/** One wrong field of a request: its path in dots, and what is wrong with it. */
export interface FieldError {
  field: string;
  message: string;
}

const TITLES: Record<number, string> = {
  400: 'Bad request',
  401: 'Not signed in',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  413: 'Too large',
  414: 'Address too long',
  415: 'Unsupported content type',
  422: 'Not valid',
  429: 'Too many requests',
  500: 'Our fault',
  503: 'Not available just now',
};

/** An error as the API answers it: problem+json (RFC 9457). `detail` says what happened, to what, and what to do. */
export class Problem extends Error {
  readonly status: number;
  readonly errors: FieldError[];
  readonly extra: Record<string, unknown>;

  constructor(status: number, detail: string, errors: FieldError[] = [], extra: Record<string, unknown> = {}) {
    super(detail);
    this.status = status;
    this.errors = errors;
    this.extra = extra;
  }

  body(): object {
    return {
      type: 'about:blank',
      title: TITLES[this.status] ?? 'Error',
      status: this.status,
      detail: this.message,
      ...(this.errors.length > 0 && { errors: this.errors }),
      ...this.extra,
    };
  }
}

/** 400 for a body that can't be read; `why` are the parser's words. */
export function notJson(why: string): Problem {
  return new Problem(400, `The body is not JSON: ${why}.`, [{ field: 'body', message: 'must be JSON' }]);
}

/** 404 for a thing of the caller's workspace. */
export function notFound(what: string): Problem {
  return new Problem(404, `There is no such ${what} in this workspace.`);
}
