import { z } from 'zod';
import type { Connection } from '../../platform/database/index.ts';
import { parse } from '../../platform/ids.ts';
import {
  applyImport,
  collect,
  MAX_DOCUMENT,
  MOST,
  Overtaken,
  type Plan,
  type PortableDocument,
  planImport,
  portableDocument,
  readFile,
  TooMany,
  UnreadableFile,
  writeFile,
} from '../../portable/index.ts';
import { checkDefinition, openSecrets } from '../../webhooks/index.ts';
import { mayAlso } from '../auth.ts';
import { cleaned, deeper } from '../input.ts';
import { fieldErrors } from '../issues.ts';
import { parseNumbers } from '../numbers.ts';
import { plainHttp } from '../plain-http.ts';
import { type FieldError, Problem } from '../problem.ts';
import { type ApiParts, type Route, route } from '../route.ts';
import { credentialFaults } from './webhook-definition.ts';

const tag = 'Export and import';
const MOST_FAULTS = 50;

/** Ids with commas between them; none and `all` are told apart by the caller. */
const ids = (kind: 'webhook' | 'scenario') =>
  z
    .string()
    .max(10_000)
    .transform((text, context) => {
      if (text === 'all') return null;
      const names = text.split(',').filter((one) => one !== '');
      const found = names.flatMap((one) => parse(kind, one) ?? []);
      if (found.length < names.length || found.length > MOST)
        context.addIssue({ code: 'custom', message: `must be "all", or at most ${MOST} ${kind} ids with commas` });
      return [...new Set(found)];
    })
    .optional();

const outcome = z.enum(['create', 'change', 'copy', 'same', 'keep', 'conflict']);
const step = z.object({
  kind: z.enum(['policy', 'webhook', 'scenario']),
  key: z.string().meta({ description: "A webhook's key, as it is here after the import; of others the name" }),
  name: z.string(),
  outcome,
  message: z.string(),
  changes: z.array(z.string()).meta({ description: 'The parts that change' }),
  id: z.string().nullable(),
});
const fault = z.object({ field: z.string(), message: z.string() });

/** The file as its schema wants it; a 422 that names the place of each fault. */
async function documentOf(text: string): Promise<PortableDocument> {
  let value: unknown;
  try {
    value = await readFile(text);
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    throw new Problem(422, error.message, [{ field: 'document', message: error.message }]);
  }
  if (deeper(value)) throw new Problem(422, 'The file is nested too deeply.');
  const result = parseNumbers(portableDocument, cleaned(value));
  if (result.success) return result.data as PortableDocument;
  const errors = fieldErrors(result.error.issues);
  throw new Problem(422, `The file can't be imported: ${errors[0]!.field} ${errors[0]!.message}`, errors);
}

/** What would keep the webhooks of a plan from being saved one by one. */
async function faultsOf(plan: Plan, workspaceId: string, parts: ApiParts): Promise<FieldError[]> {
  const mayHttp = await plainHttp(parts, workspaceId);
  const faults: FieldError[] = [...plan.faults];
  for (const [i, { definition, given }] of plan.webhooks.entries()) {
    const at = (field: string) => `webhooks.${i}.definition.${field}`;
    const allowHttp = mayHttp(definition.url);
    for (const one of checkDefinition(definition, { allowHttp }))
      faults.push({ field: at(one.field), message: one.message });
    for (const one of await credentialFaults(definition, workspaceId, parts))
      faults.push({ field: at(one.field), message: one.message });
    if (given.preset)
      for (const one of openSecrets(definition)) faults.push({ field: at(one.field), message: one.message });
    const found = await parts.renderPool.check(definition);
    if (!Array.isArray(found)) throw new Problem(503, `The webhooks could not be checked. ${found.message}`);
    for (const { field, line, column, message, warning } of found)
      if (!warning)
        faults.push({ field: at(field), message: line > 0 ? `line ${line}, column ${column}: ${message}` : message });
    if (faults.length >= MOST_FAULTS) break;
  }
  return faults.slice(0, MOST_FAULTS);
}

const told = (plan: Plan) => ({
  items: [...plan.policies, ...plan.webhooks, ...plan.scenarios].map((one) => one.step),
  add_by_hand: plan.byHand,
});

/** Export and import of webhooks, scenarios and policies, without secrets. */
export const portableRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/export',
    scope: 'read',
    action: 'export',
    tag,
    summary: 'Export webhooks and scenarios as one file, without secrets',
    query: z.object({
      webhooks: ids('webhook').meta({ description: 'Their ids with commas, or `all`' }),
      scenarios: ids('scenario').meta({
        description: 'Their ids with commas, or `all`; working copies are exported, with the webhooks that they name',
      }),
      format: z.enum(['yaml', 'json']).default('yaml'),
    }),
    answers: {
      200: {
        description: 'The file; all of the workspace unless something is named',
        schema: z.string(),
        type: 'text/yaml',
      },
    },
    async handler({ caller, query, parts }) {
      const nothing = query.webhooks === undefined && query.scenarios === undefined;
      const wanted = {
        webhooks: query.webhooks === undefined && !nothing ? [] : (query.webhooks ?? null),
        scenarios: query.scenarios === undefined && !nothing ? [] : (query.scenarios ?? null),
      };
      const made = await collect(parts.database, caller.workspaceId, wanted, parts.clock.now()).catch(
        (error: unknown) => {
          if (!(error instanceof TooMany)) throw error;
          const field = query.webhooks === undefined ? 'query.scenarios' : 'query.webhooks';
          throw new Problem(422, error.message, [{ field, message: 'must name fewer' }]);
        },
      );
      if ('missing' in made)
        throw new Problem(404, `This workspace has no ${made.missing.slice(0, 5).join(', ')}. Nothing was exported.`);
      const { format } = query;
      const type = format === 'json' ? 'application/json; charset=utf-8' : 'text/yaml; charset=utf-8';
      return { file: { type, name: `handoff.${format}`, text: await writeFile(made.file, format) } };
    },
  }),
  route({
    method: 'POST',
    path: '/import',
    scope: 'webhooks',
    action: 'edit_urls',
    tag,
    summary: 'Import a file of webhooks and scenarios; scenarios come as working copies, and all of it or nothing',
    query: z.object({
      dry_run: z
        .enum(['true', 'false'])
        .default('false')
        .meta({ description: 'Say what would be done, and do nothing' }),
    }),
    body: z.strictObject({
      document: z.string().min(1).max(MAX_DOCUMENT).meta({ description: 'The file, YAML or JSON' }),
      existing: z.enum(['replace', 'copy']).default('replace').meta({
        description:
          'What is done with a key that is taken here: a new version of that webhook, or a copy under another key',
      }),
    }),
    answers: {
      200: {
        description: 'What is done with each thing, and what must be added by hand',
        schema: z.object({
          applied: z.boolean(),
          items: z.array(step),
          add_by_hand: z.array(z.string()),
          problems: z.array(fault).meta({ description: 'What keeps it from being imported' }),
        }),
      },
    },
    async handler({ caller, query, body, parts }) {
      const { workspaceId } = caller;
      const file = await documentOf(body.document);
      if (file.scenarios.length > 0 && !(mayAlso(caller, 'edit_scenarios') && caller.scopes.includes('scenarios')))
        throw new Problem(
          403,
          'The file has scenarios in it, and this key may not change them: it lacks the scope "scenarios".',
        );
      const { database, secrets: sealer, clock } = parts;
      const planOf = (on: Connection) => planImport(on, sealer, workspaceId, file, body.existing, clock.now());
      const plan = await planOf(database);
      const problems = await faultsOf(plan, workspaceId, parts);
      if (query.dry_run === 'true') return { body: { applied: false, ...told(plan), problems } };
      if (problems.length > 0)
        throw new Problem(422, `Nothing was imported: ${problems[0]!.field} ${problems[0]!.message}`, problems);
      const done = await database
        .transaction(async (tx) => {
          const now = await planOf(tx);
          const [conflict] = told(now).items.filter((one) => one.outcome === 'conflict');
          if (conflict) throw new Overtaken(`${conflict.name}: ${conflict.message}`);
          await applyImport(tx, { sealer, clock, workspaceId }, now);
          return now;
        })
        .catch((error: unknown) => {
          throw error instanceof Overtaken ? new Problem(409, `Nothing was imported. ${error.message}`) : error;
        });
      parts.signals.raise('lanes');
      return { body: { applied: true, ...told(done), problems: [] } };
    },
  }),
];
