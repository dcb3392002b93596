import { z } from 'zod';
import { type WebhookDefinition, webhookDefinition, webhookHeader } from '../../../shared/webhook.ts';
import type { Caller } from '../../accounts/index.ts';
import { getCredential } from '../../connections/index.ts';
import { parse } from '../../platform/ids.ts';
import { checkDefinition, type Fault, faultsOfCredential, getWebhook, openSecrets } from '../../webhooks/index.ts';
import { mayAlso } from '../auth.ts';
import { plainHttp } from '../plain-http.ts';
import { Problem } from '../problem.ts';
import type { ApiParts } from '../route.ts';

const nullable = webhookHeader.shape.value.nullable();
/** A definition as it is shown. */
export const definitionShown = webhookDefinition.extend({
  headers: z.array(webhookHeader.extend({ value: nullable.meta({ description: 'Null for a secret one' }) })),
});
/** Secret values never leave: they are shown as null. */
export const hidden = (definition: WebhookDefinition) => ({
  ...definition,
  headers: definition.headers.map((header) => (header.secret ? { ...header, value: null } : header)),
});
/** A definition as it comes in. A secret header that comes back as it was shown (value null) keeps its value. */
export const definitionInput = webhookDefinition.extend({
  headers: z
    .array(
      webhookHeader
        .extend({
          value: nullable.meta({ description: 'Null in a new version: a secret header keeps its value' }),
        })
        .refine((header) => header.secret || header.value !== null, {
          path: ['value'],
          message: 'must be a text; only a secret header keeps its value',
        })
        .transform((header) => ({ ...header, value: header.value ?? '' })),
    )
    .max(100)
    .default([]),
});

/** Throws a 422 with all faults. `at`: where in the body the definition stands, `definition.` or nothing. */
export function refuse(faults: Fault[], at: string): never {
  const errors = faults.map(({ field, message }) => ({ field: `${at}${field}`, message }));
  throw new Problem(422, `The webhook can't be saved: ${errors[0]!.field} ${errors[0]!.message}`, errors);
}

/** Faults of the credential that a definition names, if it names one. */
export async function credentialFaults(
  definition: WebhookDefinition,
  workspaceId: string,
  parts: ApiParts,
): Promise<Fault[]> {
  if (definition.credential === undefined) return [];
  const id = parse('credential', definition.credential);
  return faultsOfCredential(definition, id === null ? null : await getCredential(parts.database, workspaceId, id));
}

/**
 * Throws a 422 with every fault of a definition, templates and paths included. `isNew`: it comes with a new webhook, in
 * a field of its own, and has no stored secrets to keep; else it is the body itself.
 */
export async function assertSound(
  definition: WebhookDefinition,
  workspaceId: string,
  parts: ApiParts,
  isNew: boolean,
): Promise<void> {
  const mayHttp = await plainHttp(parts, workspaceId);
  const faults = checkDefinition(definition, {
    allowHttp: mayHttp(definition.url),
  });
  for (const [i, header] of definition.headers.entries()) {
    if (header.secret && header.value === '' && isNew)
      faults.push({ field: `headers.${i}.value`, message: 'a secret header needs a value' });
  }
  faults.push(...(await credentialFaults(definition, workspaceId, parts)));
  const key = definition.signing.key;
  if (key !== undefined) {
    const id = parse('signingKey', key);
    const found =
      id === null
        ? []
        : await parts.database.run(
            { name: 'api-signing-key', text: 'SELECT 1 FROM signing_keys WHERE workspace_id = $1 AND id = $2' },
            [workspaceId, id],
          );
    if (found.length === 0) faults.push({ field: 'signing.key', message: 'is no signing key of this workspace' });
  }
  const found = await parts.renderPool.check(definition);
  if (!Array.isArray(found))
    throw new Problem(503, `The webhook could not be checked and was not saved. ${found.message}`);
  for (const fault of found) {
    if (fault.warning) continue;
    faults.push({
      field: fault.field,
      message: fault.line > 0 ? `line ${fault.line}, column ${fault.column}: ${fault.message}` : fault.message,
    });
  }
  if (faults.length > 0) refuse(faults, isNew ? 'definition.' : '');
}

/**
 * Throws a 403 when the caller may not change where a webhook goes or who it is sent as, and the definition would; with
 * `id` null it belongs to no webhook yet. Fails closed.
 */
export async function assertMayPut(
  caller: Caller,
  id: string | null,
  definition: WebhookDefinition,
  parts: ApiParts,
): Promise<void> {
  if (mayAlso(caller, 'edit_urls')) return;
  const stored = id === null ? null : await getWebhook(parts.database, caller.workspaceId, id);
  const bound = ({ url, method, signing, credential, headers }: WebhookDefinition) =>
    JSON.stringify([
      url,
      method,
      signing,
      credential,
      headers.filter((header) => header.secret).map((header) => header.name),
    ]);
  const brings = definition.headers.some((header) => header.secret && header.value !== '');
  if (stored && bound(stored.definition) === bound(definition) && !brings) return;
  throw new Problem(
    403,
    `Your role (${caller.person?.role}) may not change a webhook's URL, method, signing, credential or secret headers. Ask a developer.`,
  );
}

/**
 * Throws a 403 when the caller would try a preset otherwise than it is: as whom it goes out is for its own request alone.
 * Fails closed.
 */
export async function assertMayTry(
  caller: Caller,
  id: string | null,
  definition: WebhookDefinition,
  parts: ApiParts,
): Promise<void> {
  if (id === null || mayAlso(caller, 'edit_urls')) return;
  const stored = await getWebhook(parts.database, caller.workspaceId, id);
  const text = (one: WebhookDefinition) => JSON.stringify(webhookDefinition.parse(one));
  if (stored?.preset && text(stored.definition) !== text(definition))
    throw new Problem(
      403,
      `"${stored.name}" is a preset: your role (${caller.person?.role}) tests it as it is, with parameters of your own.`,
    );
}

/** Throws a 422 when a preset would show secrets to those who fill it in. Fails closed for what is known by its name. */
export function assertNothingOpen(definition: WebhookDefinition, at: string): void {
  const faults = openSecrets(definition);
  if (faults.length > 0) refuse(faults, at);
}

/** Throws a 403 when the webhook is a preset and the caller may only fill it in. Fails closed. */
export async function assertMayChange(caller: Caller, id: string, parts: ApiParts): Promise<void> {
  if (mayAlso(caller, 'edit_urls')) return;
  const stored = await getWebhook(parts.database, caller.workspaceId, id);
  if (stored?.preset)
    throw new Problem(
      403,
      `"${stored.name}" is a preset: your role (${caller.person?.role}) fills in its parameters in scenarios. Ask a developer to change it.`,
    );
}
