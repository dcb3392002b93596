import { z } from 'zod';

const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
// What a page of our own origin could be harmed by stays out, so only what is listed goes in.
const HARMLESS =
  /^(content-type|retry-after|etag|last-modified|cache-control|x-(?!content-type-options$|frame-options$).+)$/i;

/** What an inspector answers. */
export const inspectorAnswer = z.strictObject({
  status: z.number().int().min(200).max(599).default(200),
  headers: z
    .array(
      z.tuple([
        z
          .string()
          .max(100)
          .regex(NAME, 'must be a header name')
          .regex(HARMLESS, 'must be Content-Type, Retry-After, ETag, Last-Modified, Cache-Control or begin with X-'),
        z
          .string()
          .max(2_000)
          .regex(/^[\t\x20-\x7e]*$/, 'must be one line of ASCII'),
      ]),
    )
    .max(30)
    .default([]),
  body: z.string().max(65_536).default('{"ok":true}'),
  /** Milliseconds before the answer. */
  delay_ms: z.number().int().min(0).max(30_000).default(0),
});
export type InspectorAnswer = z.infer<typeof inspectorAnswer>;

/** One answer for every request, or answers in turn, of which the last one stays. */
export const inspectorAnswers = z.union([
  z.strictObject({ sequence: z.array(inspectorAnswer).min(1).max(20) }),
  inspectorAnswer,
]);
export type InspectorAnswers = z.infer<typeof inspectorAnswers>;

/** The answer to the request that comes `turn`th, from 0. */
export function answerAt(answers: InspectorAnswers, turn: number): InspectorAnswer {
  return 'sequence' in answers ? answers.sequence[Math.min(turn, answers.sequence.length - 1)]! : answers;
}

/**
 * The headers that go out: those of the answer, as text or JSON only, and those that keep a browser from making a page
 * of it. Fails closed: what isn't plainly JSON is plain text.
 */
export function headersOf(answer: InspectorAnswer): [string, string][] {
  const named = answer.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? null;
  const json = named === null ? looksLikeJson(answer.body) : /^application\/([a-z0-9.-]+\+)?json\s*(;|$)/i.test(named);
  return [
    ...answer.headers.filter(([name]) => name.toLowerCase() !== 'content-type'),
    ['content-type', json ? 'application/json; charset=utf-8' : 'text/plain; charset=utf-8'],
    ['content-security-policy', "sandbox; default-src 'none'"],
    ['x-content-type-options', 'nosniff'],
  ];
}

function looksLikeJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
