import { z } from 'zod';
import { templateLanguage } from '../../../shared/webhook.ts';
import { CurlError, type CurlReading, MAX_COMMAND, readCurl } from '../../curl/index.ts';
import { checkDefinition, createWebhook } from '../../webhooks/index.ts';
import { plainHttp } from '../plain-http.ts';
import { Problem } from '../problem.ts';
import { type ApiParts, type Route, route } from '../route.ts';
import { assertSound, definitionShown, hidden } from './webhook-definition.ts';
import { name, shown, webhook } from './webhooks.ts';

const tag = 'Webhooks';
const input = z.strictObject({
  command: z.string().max(MAX_COMMAND).meta({ description: 'As a POSIX shell would take it' }),
  language: templateLanguage.default('liquid'),
  placeholders: z.enum(['text', 'keep']).default('text').meta({
    description: 'What reads as a placeholder of the language: `text` sends it as it stands, `keep` fills it in',
  }),
});

/** What a command says; a 422 when it can't be carried over. Secrets are in it, so it is for storing, not for answers. */
function reading({ command, ...options }: z.output<typeof input>): CurlReading {
  try {
    return readCurl(command, options);
  } catch (error) {
    if (!(error instanceof CurlError)) throw error;
    throw new Problem(422, error.message, [{ field: 'command', message: error.message }]);
  }
}

async function faultsOf({ definition }: CurlReading, workspaceId: string, parts: ApiParts) {
  const mayHttp = await plainHttp(parts, workspaceId);
  const allowHttp = mayHttp(definition.url);
  return checkDefinition(definition, { allowHttp });
}

/** A name for what goes to a URL: the host and the last word of the path. */
function nameOf(url: string): string {
  const fixed = url.split('{')[0]!;
  if (!URL.canParse(fixed)) return 'Imported request';
  const { host, pathname } = new URL(fixed);
  const last = pathname.split('/').findLast((part) => /^[\w.-]{2,40}$/.test(part));
  return (last ? `${host} ${last}` : host).slice(0, 200);
}

/** cURL commands: looked at, and made into webhooks. */
export const curlRoutes: Route[] = [
  route({
    method: 'POST',
    path: '/webhooks/from-curl',
    scope: 'webhooks',
    reads: true,
    tag,
    summary: 'Read a cURL command into a definition; nothing is saved, and secret values are not shown',
    body: input,
    answers: {
      200: {
        description: 'The definition, and what was left out or understood how',
        schema: z.object({
          name: z.string(),
          definition: definitionShown,
          notes: z.array(z.string()),
          problems: z
            .array(z.object({ field: z.string(), message: z.string() }))
            .meta({ description: 'What keeps it from being saved' }),
        }),
      },
    },
    async handler({ caller, body, parts }) {
      const made = reading(body);
      const problems = await faultsOf(made, caller.workspaceId, parts);
      return {
        body: { name: nameOf(made.definition.url), definition: hidden(made.definition), notes: made.notes, problems },
      };
    },
  }),
  route({
    method: 'POST',
    path: '/webhooks/import-curl',
    scope: 'webhooks',
    action: 'edit_urls',
    tag,
    summary: 'Make a webhook of a cURL command, its secrets included',
    body: input.extend({ name }),
    answers: { 201: { description: 'Made', schema: webhook } },
    async handler({ caller, body: { name: label, ...given }, parts }) {
      const { workspaceId } = caller;
      const { definition } = reading(given);
      await assertSound(definition, workspaceId, parts, true);
      const now = parts.clock.now();
      const what = { workspaceId, key: null, name: label, description: '', definition, now };
      const made = await createWebhook(parts.database, parts.secrets, what);
      parts.signals.raise('lanes');
      return { status: 201, body: shown(made!) };
    },
  }),
];
