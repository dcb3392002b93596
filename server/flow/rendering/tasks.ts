/** Kinds of work for a renderer process: how each is asked, answered, cut into single jobs, and failed. */
import type { WebhookDefinition } from '../../../shared/webhook.ts';
import { type Trouble, trouble } from '../../platform/errors.ts';
import { toJson } from '../../platform/json.ts';
import type { EntriesJob, EntriesResult, MapJob, MapResult } from '../responses/index.ts';
import { bytesFrame, textFrame } from './frames.ts';
import type { MemberResult, Problem, RenderJob, RenderResult } from './job.ts';
import type { Answer, Request } from './protocol.ts';

/** Numbers of the definitions that one renderer process knows. */
export interface Known {
  numbers: Map<string, number>;
  limit: number;
}

/** A batch of jobs of one kind; results go to where the batch came from, job by job. */
export interface Task {
  size: number;
  encode(known: Known): Buffer;
  accept(answer: Answer, blobs: Buffer): void;
  /** The same jobs, each alone. */
  split(): Task[];
  fail(why: Trouble): void;
}

/** The frame that asks for renders: definitions that the process doesn't know yet go with it. */
function encodeRender(jobs: RenderJob[], known: Known, members: boolean): Buffer {
  const request: Extract<Request, { kind: 'render' }> = { kind: 'render', programs: [], lengths: [] };
  if (members) request.members = true;
  if (known.numbers.size + jobs.length > known.limit) {
    known.numbers.clear();
    request.reset = true;
  }
  const contexts: string[] = [];
  for (const { webhook, context } of jobs) {
    const key = `${webhook.id} ${webhook.version}`;
    let number = known.numbers.get(key);
    if (number === undefined) {
      number = known.numbers.size;
      known.numbers.set(key, number);
      request.definitions ??= {};
      request.definitions[number] = webhook.definition;
    }
    request.programs.push(number);
    request.lengths.push(Buffer.byteLength(context));
    contexts.push(context);
  }
  return textFrame(JSON.stringify(request), contexts, request.lengths);
}

/** Renders, with results stored at `slots` of `results`. */
export function renderTask(
  jobs: RenderJob[],
  slots: number[],
  done: (slot: number, result: RenderResult) => void,
): Task {
  return {
    size: jobs.length,
    encode: (known) => encodeRender(jobs, known, false),
    accept(answer, blobs) {
      if (answer.kind !== 'render' || answer.results.length !== jobs.length) throw new Error('not what was asked');
      let at = 0;
      answer.results.forEach((result, i) => {
        if ('ok' in result) {
          done(slots[i]!, result);
          return;
        }
        const { method, url, headers, body: length } = result;
        const body = length < 0 ? null : blobs.subarray(at, at + length);
        at += Math.max(0, length);
        done(slots[i]!, { ok: true, request: { method, url, headers, body } });
      });
    },
    split: () => jobs.map((job, i) => renderTask([job], [slots[i]!], done)),
    fail: (why) => {
      for (const slot of slots) done(slot, { ok: false, trouble: why });
    },
  };
}

/** Parts of batches. */
export function memberTask(
  jobs: RenderJob[],
  slots: number[],
  done: (slot: number, result: MemberResult) => void,
): Task {
  return {
    size: jobs.length,
    encode: (known) => encodeRender(jobs, known, true),
    accept(answer, blobs) {
      if (answer.kind !== 'members' || answer.results.length !== jobs.length) throw new Error('not what was asked');
      let at = 0;
      answer.results.forEach((result, i) => {
        if ('ok' in result) {
          done(slots[i]!, result);
          return;
        }
        const text = blobs.toString('utf8', at, at + result.text);
        at += result.text;
        done(slots[i]!, { ok: true, text, key: result.key, fault: result.fault });
      });
    },
    split: () => jobs.map((job, i) => memberTask([job], [slots[i]!], done)),
    fail: (why) => {
      for (const slot of slots) done(slot, { ok: false, trouble: why });
    },
  };
}

/** What a batch's answer says of each member; null when it can't be read. */
export function entriesTask(job: EntriesJob, done: (result: EntriesResult | Trouble) => void): Task {
  return {
    size: 1,
    encode: () => bytesFrame(toJson({ kind: 'entries', job } satisfies Request), []),
    accept(answer) {
      if (answer.kind !== 'entries') throw new Error('not what was asked');
      done(answer.result);
    },
    split: () => [entriesTask(job, done)],
    fail: done,
  };
}

/** Mappings. A mapping that fails as a whole refuses all its rules. */
export function mapTask(jobs: MapJob[], slots: number[], done: (slot: number, result: MapResult) => void): Task {
  return {
    size: jobs.length,
    encode: () => bytesFrame(toJson({ kind: 'map', jobs } satisfies Request), []),
    accept(answer) {
      if (answer.kind !== 'map' || answer.results.length !== jobs.length) throw new Error('not what was asked');
      answer.results.forEach((result, i) => {
        done(slots[i]!, result);
      });
    },
    split: () => jobs.map((job, i) => mapTask([job], [slots[i]!], done)),
    fail: (why) => {
      jobs.forEach(({ rules }, i) => {
        const refused = rules.map(({ attribute }) => ({ attribute, reason: why.message }));
        done(slots[i]!, { changes: [], refused });
      });
    },
  };
}

/** The check of one definition. */
export function checkTask(definition: WebhookDefinition, done: (found: Problem[] | Trouble) => void): Task {
  return {
    size: 1,
    encode: () => bytesFrame(toJson({ kind: 'check', definition } satisfies Request), []),
    accept(answer) {
      if (answer.kind !== 'check') throw new Error('not what was asked');
      done(answer.problems);
    },
    split: () => [checkTask(definition, done)],
    fail: (why: Trouble) =>
      done(why.class === 'ours' ? why : [{ field: 'body', line: 1, column: 1, message: why.message }]),
  };
}

/** A template or mapping ended its process, twice. */
export const CULPRIT = trouble(
  'permanent',
  'template_budget',
  'It used more time or memory than it may, and was ended. Make the template or path simpler.',
);
/** Too much waits to be rendered. */
export const BUSY = trouble('ours', 'renderer_busy', 'Too much waits to be rendered; it is tried again later.');
/** The renderer processes don't start. */
export const UNAVAILABLE = trouble('ours', 'renderer_unavailable', 'The renderer processes do not start; see the log.');
/** The pool was stopped. */
export const STOPPED = trouble(
  'ours',
  'renderer_stopped',
  'The server is stopping; it is rendered after the next start.',
);
