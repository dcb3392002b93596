import type { WebhookDefinition } from '../../../shared/webhook.ts';
import type { Trouble } from '../../platform/errors.ts';
import type { Place } from './language.ts';

/** A webhook version and the context of one delivery. (id, version) identifies the definition. */
export interface RenderJob {
  webhook: { id: string; version: number; definition: WebhookDefinition };
  /** JSON text; its shape is in context.ts. */
  context: string;
}

/** The request, without secret headers, credentials and signature. Header values are strings of bytes (Latin-1). */
export interface RenderedRequest {
  method: string;
  url: string;
  headers: [string, string][];
  body: Uint8Array | null;
}

/** A request, or why there is none; `skipped`: the template asked for it. */
export type RenderResult = { ok: true; request: RenderedRequest } | RenderFailure;
export interface RenderFailure {
  ok: false;
  skipped?: boolean;
  trouble: Trouble;
  place?: Place;
}

/** Why there is no request, with the place in the templates, for where a text is all that is kept. */
export function failureText({ trouble: { message }, place }: RenderFailure): string {
  return place ? `${message} (${place.field}, line ${place.line}, column ${place.column})` : message;
}

/**
 * One profile's part of a batch: its text, and what its entry in the answer is found by, if the definition says so.
 * `fault`: the text alone isn't JSON or a part of XML, in a batch whose body is to be.
 */
export type MemberResult = { ok: true; text: string; key: string | null; fault: RenderFailure | null } | RenderFailure;

/** Something wrong in a definition. */
export interface Problem extends Place {
  message: string;
  /** It runs all the same: nothing is refused because of it. */
  warning?: true;
}
