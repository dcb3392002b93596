/**
 * A renderer process: templates and mappings run here, with no file but the program's own, no environment, no code from
 * strings, and a bounded heap. It answers frames one by one and ends when its input does, which is when its parent does.
 */
import type { WebhookDefinition } from '../../../shared/webhook.ts';
import { trouble } from '../../platform/errors.ts';
import { parseJson, toJson } from '../../platform/json.ts';
import { extract, extractEntries, pathError } from '../responses/index.ts';
import { bytesFrame, type Frame, frameReader } from './frames.ts';
import type { Problem, RenderFailure } from './job.ts';
import { TemplateError } from './language.ts';
import { renderMember } from './member.ts';
import { type Program, prepare, problems } from './program.ts';
import type { Answer, MemberAnswer, RenderAnswer, Request } from './protocol.ts';
import { renderRequest } from './request.ts';

process.env.TZ = 'UTC';

const programs = new Map<number, Program | RenderFailure>();

function load(definition: WebhookDefinition): Program | RenderFailure {
  try {
    return prepare(definition);
  } catch (error) {
    const known = error instanceof TemplateError ? error : null;
    const place = known?.place;
    const message = `The webhook's templates can't be read: ${(error as Error).message}`;
    const why = trouble('permanent', known?.code ?? 'template_error', message);
    return { ok: false, trouble: why, ...(place ? { place } : {}) };
  }
}

function render(request: Extract<Request, { kind: 'render' }>, blobs: Buffer): void {
  if (request.reset) programs.clear();
  for (const [number, definition] of Object.entries(request.definitions ?? {})) {
    programs.set(Number(number), load(definition));
  }
  const out: Uint8Array[] = [];
  let at = 0;
  const each = <T>(make: (program: Program, context: string) => T): (T | RenderFailure)[] =>
    request.programs.map((number, i) => {
      const context = blobs.toString('utf8', at, at + request.lengths[i]!);
      at += request.lengths[i]!;
      const program = programs.get(number)!;
      return 'ok' in program ? program : make(program, context);
    });
  if (request.members) {
    const results = each((program, context): MemberAnswer => {
      const result = renderMember(program, context);
      if (!result.ok) return result;
      const text = Buffer.from(result.text, 'utf8');
      out.push(text);
      return { text: text.length, key: result.key, fault: result.fault };
    });
    answer({ kind: 'members', results }, out);
    return;
  }
  const results = each((program, context): RenderAnswer => {
    const result = renderRequest(program, context);
    if (!result.ok) return result;
    const { method, url, headers, body } = result.request;
    if (body !== null) out.push(body);
    return { method, url, headers, body: body?.length ?? -1 };
  });
  answer({ kind: 'render', results }, out);
}

function check(definition: WebhookDefinition): Problem[] {
  const results = definition.batch?.results;
  const paths: [string, string | undefined][] = [
    ...definition.mapping.map(({ path }, i): [string, string] => [`mapping.${i}.path`, path]),
    ['batch.results.list', results?.list],
    ['batch.results.status', results?.status],
    ['batch.results.match.path', typeof results?.match === 'object' ? results.match.path : undefined],
  ];
  const faults = paths.flatMap(([field, path]): Problem[] => {
    const error = path === undefined ? null : pathError(path);
    return error === null ? [] : [{ field, line: 1, ...error }];
  });
  return [...problems(definition), ...faults];
}

function answer(head: Answer, blobs: Uint8Array[] = []): void {
  process.stdout.write(bytesFrame(toJson(head), blobs));
}

function onFrame({ head, blobs }: Frame): void {
  const request = head as Request;
  if (request.kind === 'render') render(request, blobs);
  else if (request.kind === 'map') answer({ kind: 'map', results: request.jobs.map(extract) });
  else if (request.kind === 'entries') answer({ kind: 'entries', result: extractEntries(request.job) });
  else answer({ kind: 'check', problems: check(request.definition) });
}

process.stdin.on('data', frameReader(parseJson, onFrame));
process.stdin.on('end', () => process.exit(0));
process.stdout.on('error', () => process.exit(0));
answer({ kind: 'ready' });
