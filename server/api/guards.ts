/**
 * What every answer carries that brings nothing else: it is what it says it is, it stands in nobody's frame, and it runs
 * nothing if it is opened as a page. Pages of ours and what an inspector answers bring their own policy.
 */
export const GUARDS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'referrer-policy': 'same-origin',
} as const;
