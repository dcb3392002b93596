import { holdsPlaceholder } from '../../shared/placeholder.ts';
import { isSecretHeader, isSecretQuery, secretsInQuery } from '../../shared/secret-names.ts';
import type { WebhookDefinition } from '../../shared/webhook.ts';
import type { Fault } from './check.ts';

/**
 * Secrets that stand in the open in a definition, where whoever may read it sees them: for presets, which are filled in
 * by people who are not to see any. Known by their names; a value with a placeholder is none. Fails open for what has
 * another name, or stands in the body: what a value means can't be told from outside.
 */
export function openSecrets({ language, url, query, headers }: WebhookDefinition): Fault[] {
  const given = (value: string) => value.trim() !== '' && !holdsPlaceholder(value, language);
  const message =
    'would show a secret to everybody who looks at this preset: make it a secret header, or part of a credential';
  const faults: Fault[] = [];
  for (const [i, header] of headers.entries())
    if (!header.secret && isSecretHeader(header.name) && given(header.value))
      faults.push({ field: `headers.${i}.value`, message });
  for (const [i, { name, value }] of query.entries())
    if (isSecretQuery(name) && given(value)) faults.push({ field: `query.${i}.value`, message });
  if (secretsInQuery(url).some(({ value }) => given(value))) faults.push({ field: 'url', message });
  return faults;
}
