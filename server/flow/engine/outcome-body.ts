import { parseJson } from '../../platform/json.ts';
import type { OutcomeBody, QueuedFact } from '../inbox/index.ts';

const read = new WeakMap<Pick<QueuedFact, 'body'>, OutcomeBody>();

/** What an outcome's fact says, parsed once a fact: loading looks at it and so does deciding. Throws on what isn't JSON. */
export function outcomeBody(fact: Pick<QueuedFact, 'body'>): OutcomeBody {
  let body = read.get(fact);
  if (body === undefined) {
    body = parseJson(fact.body ?? '') as unknown as OutcomeBody;
    if (typeof body === 'object' && body !== null) read.set(fact, body);
  }
  return body;
}

/** What a fact says about an outcome; null when it is broken: deciding it fails too, and there it is isolated. */
export function outcomeOf(fact: QueuedFact): OutcomeBody | null {
  try {
    return outcomeBody(fact);
  } catch {
    return null;
  }
}
