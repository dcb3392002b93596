/** Names under which APIs take secrets. */
const HEADER =
  /^(?:proxy-)?authorization$|^cookie$|(?:^|[-_])(?:api[-_]?key|apikey|key|token|secret|password|passwd|credential|credentials|auth|signature|session|jwt)$|(?:apikey|token|secret|password)$/i;
const QUERY = /^(?:key|[\w.-]*(?:api[-_]?key|apikey|token|secret|password|sig|signature))$/i;

/** Whether a header of this name holds a secret, as far as a name tells. */
export const isSecretHeader = (name: string): boolean => HEADER.test(name);

/** The names of secrets that stand with a value in the query of a URL, placeholders in it or not, with their values. */
export function secretsInQuery(url: string): { name: string; value: string }[] {
  const query = url.split('#')[0]!.split('?').slice(1).join('?');
  return query.split('&').flatMap((pair) => {
    const at = pair.indexOf('=');
    return at > 0 && isSecretQuery(pair.slice(0, at)) ? [{ name: pair.slice(0, at), value: pair.slice(at + 1) }] : [];
  });
}

/** Whether a parameter of a query of this name holds a secret, as far as a name tells. */
export const isSecretQuery = (name: string): boolean => QUERY.test(name);

/** What stands for a secret value wherever a request is shown. */
export const HIDDEN = '•••';
