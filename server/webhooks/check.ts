import { holdsPlaceholder } from '../../shared/placeholder.ts';
import type { WebhookDefinition } from '../../shared/webhook.ts';
import { isReserved } from '../connections/index.ts';
import { faultsOfParameters } from './parameters.ts';

/** A fault of a definition: where in it, and what to do about it. */
export interface Fault {
  field: string;
  message: string;
}

/** Checks of a definition that its schema can't make: the URL's beginning, credentials, a GET's body, reserved headers. */
export function checkDefinition(definition: WebhookDefinition, workspace: { allowHttp: boolean }): Fault[] {
  const faults: Fault[] = [];
  for (const message of urlFaults(definition.url, workspace, definition.language))
    faults.push({ field: 'url', message });
  if (definition.method === 'GET' && definition.body.trim() !== '')
    faults.push({ field: 'body', message: 'must be empty: a GET has no body' });
  if (definition.method === 'GET' && definition.batch)
    faults.push({ field: 'batch', message: 'needs a body to stand in; choose another method than GET' });
  const seen = new Set<string>();
  for (const [i, header] of definition.headers.entries()) {
    const name = header.name.toLowerCase();
    if (isReserved(name))
      faults.push({ field: `headers.${i}.name`, message: `${header.name} is set by Handoff itself` });
    if (seen.has(name)) faults.push({ field: `headers.${i}.name`, message: `${header.name} stands twice` });
    seen.add(name);
  }
  return [...faults, ...faultsOfParameters(definition.parameters)];
}

/**
 * What is wrong with the beginning of a URL that requests are to be sent to: sentences that go on from its name.
 * `language`: of the placeholders it may hold further on; null when it is no template.
 */
export function urlFaults(
  url: string,
  workspace: { allowHttp: boolean },
  language: WebhookDefinition['language'] | null,
): string[] {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(url)?.[1]?.toLowerCase();
  if (scheme !== 'https' && scheme !== 'http')
    return ['must begin with https:// (scheme, host and port hold no placeholders)'];
  const faults: string[] = [];
  if (scheme === 'http' && !workspace.allowHttp)
    faults.push(
      'must begin with https://; plain HTTP is off in this workspace (PATCH /api/v1/workspace {"allow_http": true})',
    );
  const origin = url.slice(scheme.length + 3).split(/[/?#]/)[0] ?? '';
  if (origin === '') faults.push('names no host');
  if (origin.includes('@'))
    faults.push(
      'must not hold a user name or password; make a credential of the kind "basic" of them, and name it in the webhook',
    );
  else if (language !== null && holdsPlaceholder(origin, language))
    faults.push('must not hold placeholders in scheme, host or port');
  else if (!URL.canParse(`${scheme}://${origin}/`)) faults.push(`has a host that can't be read: ${origin}`);
  return faults;
}

/**
 * Scheme, host and port of a URL whose beginning holds no placeholders, in one spelling; null when it has none. A stored
 * secret goes to the origin that it was given for and to no other.
 */
export function originOf(url: string): string | null {
  const begin = /^https?:\/\/[^/?#]+/i.exec(url)?.[0];
  return begin !== undefined && URL.canParse(begin) ? new URL(begin).origin : null;
}
