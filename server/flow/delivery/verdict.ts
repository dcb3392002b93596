import type { StatusRules, SuccessCondition, WebhookDefinition } from '../../../shared/webhook.ts';
import type { Trouble } from '../../platform/errors.ts';
import { parseJson } from '../../platform/json.ts';
import { evaluate } from '../conditions/index.ts';

/** What an answer means when it isn't the arrival: a Trouble, and whether the whole campaign stops. */
export interface Verdict extends Trouble {
  stop: boolean;
}

/**
 * Status rules by name.
 *
 * - `standard`: tried again are statuses that speak of the moment: 408, 409, 425, 429 and every 5xx.
 * - `bloomreach`: as Bloomreach Engagement documents it (seeds/001): answers that stop the whole campaign.
 */
export const STATUS_RULES: Record<'standard' | 'bloomreach', StatusRules> = {
  standard: { delivered: ['2xx'], retry: [408, 409, 425, 429, '5xx'], fail: [], stop: [] },
  bloomreach: {
    delivered: ['2xx'],
    retry: [408, 409, 425, 429, '5xx'],
    fail: [],
    stop: [400, 404, 410, 412, 413, 418],
  },
};

/** What a status says about the attempt by a webhook's rules; null: it arrived. Redirects are never followed. */
export function verdictOf(status: number, given: WebhookDefinition['statuses'] = 'standard'): Verdict | null {
  const rules = typeof given === 'string' ? STATUS_RULES[given] : given;
  const kind = kindOf(status, rules);
  if (kind === 'delivered') return null;
  const code = `http_${status}`;
  if (kind === 'retry') return { class: 'retryable', code, message: `The receiver answered ${status}.`, stop: false };
  if (kind === 'stop')
    return {
      class: 'permanent',
      code,
      message: `The receiver answered ${status}, which stops the whole campaign.`,
      stop: true,
    };
  const why =
    status >= 300 && status < 400
      ? `The receiver answered ${status}; redirects are not followed. Put the final address into the webhook.`
      : `The receiver answered ${status}, which trying again won't change.`;
  return { class: 'permanent', code, message: why, stop: false };
}

const KINDS = ['delivered', 'retry', 'fail', 'stop'] as const;

/** Whether a list of statuses and classes holds a status. */
export function holdsStatus(list: StatusRules['delivered'], status: number): boolean {
  return list.includes(status) || (list as unknown[]).includes(`${Math.floor(status / 100)}xx`);
}

/** The status itself goes before its class. */
function kindOf(status: number, rules: StatusRules): (typeof KINDS)[number] {
  const family = `${Math.floor(status / 100)}xx`;
  return (
    KINDS.find((kind) => rules[kind].includes(status)) ??
    KINDS.find((kind) => (rules[kind] as unknown[]).includes(family)) ??
    'fail'
  );
}

/**
 * What the body of an answer says that arrived by its status; null: it arrived. Fails closed: a body that is no JSON, or
 * was cut, doesn't say that all is well.
 */
export function bodyVerdict(
  success: SuccessCondition | undefined,
  status: number,
  body: Uint8Array,
  cut: boolean,
): Verdict | null {
  if (!success) return null;
  const { otherwise, ...comparison } = success;
  let why = `its body doesn't fulfil the webhook's condition on "${success.path}"`;
  try {
    const value = cut ? undefined : parseJson(Buffer.from(body).toString('utf8'));
    const view = { attributes: {}, properties: null, responses: { it: { status, body: value } } };
    if (!cut && evaluate({ ...comparison, response: 'it' }, view)) return null;
    if (cut) why = "its body is too long to look at the webhook's condition";
  } catch {
    why = "its body is no JSON, and the webhook's condition asks for a value in it";
  }
  return {
    class: otherwise === 'retry' ? 'retryable' : 'permanent',
    code: 'not_successful',
    message: `The receiver answered ${status}, but ${why}.`,
    stop: false,
  };
}
