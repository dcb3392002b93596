/** One wrong field of a request, as the API names it. */
export interface FieldError {
  field: string;
  message: string;
}

/** An answer of the API that is no success: problem+json, or no answer at all (status 0). */
export class ApiFailure extends Error {
  readonly status: number;
  readonly fields: readonly FieldError[];

  constructor(status: number, message: string, fields: readonly FieldError[] = []) {
    super(message);
    this.status = status;
    this.fields = fields;
  }

  /** What is wrong with a field, or undefined. */
  of(field: string): string | undefined {
    return this.fields.find((error) => error.field === field)?.message;
  }
}

/** The failure that an error of the client is. */
export function failureOf(error: unknown, status: number | undefined): ApiFailure {
  if (error instanceof ApiFailure) return error;
  const { detail, errors } = (typeof error === 'object' && error !== null ? error : {}) as {
    detail?: string;
    errors?: FieldError[];
  };
  if (status === undefined)
    return new ApiFailure(0, 'Handoff could not be reached. Check that it runs; this page tries again by itself.');
  const bare =
    status >= 500
      ? `Handoff can’t answer just now (${status}): it may be starting, or something between refused. Try again in a moment.`
      : `The server answered ${status} and gave no reason.`;
  return new ApiFailure(status, detail ?? bare, errors ?? []);
}
