/** Heads of the frames between the server and a renderer process. */
import type { WebhookDefinition } from '../../../shared/webhook.ts';
import type { EntriesJob, EntriesResult, MapJob, MapResult } from '../responses/index.ts';
import type { Problem, RenderFailure } from './job.ts';

/** Definitions that a renderer process keeps; beyond that it forgets all of them and is told anew. */
export const MAX_PROGRAMS = 300;

/** What is asked. Blobs: the contexts of `render`, `lengths` bytes each. */
export type Request =
  | {
      kind: 'render';
      /** Parts of batches, instead of requests. */
      members?: true;
      /** Forget the definitions of before. */
      reset?: true;
      /** Definitions not sent before, by number. */
      definitions?: Record<number, WebhookDefinition>;
      /** Number of the definition, by job. */
      programs: number[];
      lengths: number[];
    }
  | { kind: 'map'; jobs: MapJob[] }
  | { kind: 'entries'; job: EntriesJob }
  | { kind: 'check'; definition: WebhookDefinition };

/** A result of `render`: the body, `body` bytes long (-1: none), is the next blob. */
export type RenderAnswer = { method: string; url: string; headers: [string, string][]; body: number } | RenderFailure;

/** A part of a batch: its text, `text` bytes long, is the next blob. */
export type MemberAnswer = { text: number; key: string | null; fault: RenderFailure | null } | RenderFailure;

/** What is answered, in the order of the requests. `ready` is said once, first. */
export type Answer =
  | { kind: 'ready' }
  | { kind: 'render'; results: RenderAnswer[] }
  | { kind: 'members'; results: MemberAnswer[] }
  | { kind: 'map'; results: MapResult[] }
  | { kind: 'entries'; result: EntriesResult }
  | { kind: 'check'; problems: Problem[] };
