/**
 * The four classes of trouble. The class alone decides what happens next, so code that meets an error never looks
 * at its text.
 *
 * - `permanent`: trying again can't help (a template error, a 400). The delivery fails.
 * - `retryable`: the other side may recover (a time-out, a 503). Uses up one try.
 * - `deferred`:  not now (a limit, an open breaker, a pause). Waits, and uses up no try.
 * - `ours`:      our own trouble (database gone, renderer crashed). Waits, uses up no try, and is never charged to the
 *                customer's endpoint.
 */
export type TroubleClass = 'permanent' | 'retryable' | 'deferred' | 'ours';

/** An error as a value. `code` is stable and for programs; `message` is a sentence for people. */
export interface Trouble {
  class: TroubleClass;
  code: string;
  message: string;
}

/** Makes a Trouble. */
export function trouble(cls: TroubleClass, code: string, message: string): Trouble {
  return { class: cls, code, message };
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
