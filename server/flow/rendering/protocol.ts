/** Heads of the frames between the server and a renderer process. */
import type { WebhookDefinition } from '../../../shared/webhook.ts';
import type { MapJob, MapResult } from '../responses/index.ts';
import type { Problem, RenderResult } from './job.ts';

/** Definitions that a renderer process keeps; beyond that it forgets all of them and is told anew. */
export const MAX_PROGRAMS = 300;

/** What is asked. Blobs: the contexts of `render`, `lengths` bytes each. */
export type Request =
  | {
      kind: 'render';
      /** Forget the definitions of before. */
      reset?: true;
      /** Definitions not sent before, by number. */
      definitions?: Record<number, WebhookDefinition>;
      /** Number of the definition, by job. */
      programs: number[];
      lengths: number[];
    }
  | { kind: 'map'; jobs: MapJob[] }
  | { kind: 'check'; definition: WebhookDefinition };

/** A result of `render`: the body, `body` bytes long (-1: none), is the next blob. */
export type RenderAnswer =
  | { method: string; url: string; headers: [string, string][]; body: number }
  | Exclude<RenderResult, { ok: true }>;

/** What is answered, in the order of the requests. `ready` is said once, first. */
export type Answer =
  | { kind: 'ready' }
  | { kind: 'render'; results: RenderAnswer[] }
  | { kind: 'map'; results: MapResult[] }
  | { kind: 'check'; problems: Problem[] };
