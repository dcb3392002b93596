const WORDS: Record<string, string> = {
  timeout: 'no answer in time',
  dns: 'the name could not be resolved',
  refused: 'the connection was refused',
  reset: 'the connection was closed',
  unreachable: 'the host could not be reached',
  tls: 'no secure connection',
  protocol: 'the answer was no HTTP',
  bad_request: 'the request could not be sent',
  forbidden_address: 'the address may not be called',
  template_error: 'a template is wrong',
  template_budget: 'a template took too long',
  invalid_json: 'the body was no JSON',
  invalid_xml: 'the body was no XML',
  no_signing_key: 'there is no key to sign with',
  not_storable: 'the request could not be stored',
  request_gone: 'the stored request was erased',
  webhook_off: 'the webhook is off',
  webhook_deleted: 'the webhook was deleted',
  scenario_archived: 'the scenario was archived',
  archived: 'the scenario was archived',
  resend_stopped: 'its resend was stopped',
  profile_gone: 'the profile was erased',
  merged: 'the profile was merged into another',
};
const STATUSES = [400, 401, 403, 404, 409, 410, 422, 429, 500, 502, 503, 504];

/** Codes of reasons that are often looked for. */
export const REASONS: readonly string[] = [...STATUSES.map((status) => `http_${status}`), ...Object.keys(WORDS)];

/** A reason's code in a few words. */
export function reasonInWords(code: string): string {
  const status = /^http_(\d{3})$/.exec(code);
  return status ? `the receiver answered ${status[1]}` : (WORDS[code] ?? code.replaceAll('_', ' '));
}
