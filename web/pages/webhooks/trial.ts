import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState } from 'react';
import {
  type PostWebhooksPreviewResponse,
  type PostWebhooksTestData,
  postWebhooksPreview,
} from '../../data/api/index.ts';
import { parseExact } from '../../data/exact.ts';
import { ApiFailure } from '../../data/failure.ts';
import { useMay } from '../../data/me.ts';
import { ask } from '../../data/queries.ts';
import { type Definition, sendable } from './draft.ts';

/** For whom the webhook is tried. What was typed is kept as its JSON text, the last that could be read. */
export interface TryWith {
  by: 'profile' | 'typed';
  profile: { id: string; title: string } | null;
  /** More profiles, for a webhook that sends batches. */
  others: readonly string[];
  /** An event of the profile, or the one that is typed for it. */
  event: { id: string; name: string; body: unknown } | 'typed' | null;
  typedEvent: string;
  /** Answers of earlier steps by step id; empty for none. */
  responses: string;
  /** Customer, event and responses together, when nobody's values are taken. */
  typed: string;
  /** What a step would fill in. */
  parameters: Record<string, unknown>;
}

export const FRESH: TryWith = {
  by: 'profile',
  parameters: {},
  profile: null,
  others: [],
  event: null,
  typedEvent: '{\n  "name": "Order Completed",\n  "properties": { "order_id": 1, "total": 12.5 }\n}',
  responses: '',
  typed: `{
  "customer": { "email": "ada@example.com", "name": "Ada" },
  "event": { "name": "Order Completed", "properties": { "order_id": 1, "total": 12.5 } }
}`,
};

function valuesOf({ by, profile, others, event, typedEvent, responses, typed, parameters }: TryWith) {
  const filled = Object.keys(parameters).length > 0 && { parameters };
  if (by === 'typed') return { typed: { ...filled, ...(parseExact(typed) as object) } };
  const values = {
    ...filled,
    ...(event === 'typed' && { event: parseExact(typedEvent) }),
    ...(responses.trim() !== '' && { responses: parseExact(responses) }),
  };
  return {
    ...(profile && { profile: profile.id }),
    ...(others.length > 0 && { others }),
    ...(profile && event !== null && event !== 'typed' && { event: event.id }),
    ...(Object.keys(values).length > 0 && { typed: values }),
  };
}

type Trial = NonNullable<PostWebhooksTestData['body']>;

/** The body of a preview or a test. */
export const trialBody = (webhook: string, definition: Definition, with_: TryWith) =>
  ({ webhook, definition, ...valuesOf(with_) }) as Trial;

/** The properties of the event that is tried with, for completion. */
export function eventOf({ by, event, typedEvent, typed }: TryWith): unknown {
  if (by === 'typed') return (JSON.parse(typed) as { event?: { properties?: unknown } }).event?.properties;
  if (event === 'typed') return (JSON.parse(typedEvent) as { properties?: unknown }).properties;
  return event?.body;
}

/** Something wrong with a field of the draft; line and column from 1, 0 for the whole field. */
export interface Fault {
  field: string;
  line: number;
  column: number;
  message: string;
}

type Request = PostWebhooksPreviewResponse['request'];

/** What a preview shows: the request, or why there is none. */
export interface Previewed {
  request: Request;
  skipped: string | null;
  faults: readonly Fault[];
  /** What the definition beside it would send, or why nothing; null where neither was rendered. */
  other: { request: Request; why: string | null } | null;
  /** What a stricter reading of the templates would refuse; it is sent all the same. */
  warnings: readonly Fault[];
}
/** Keys that are struck together make one request. */
const PAUSE_MS = 15;

/**
 * The request that the draft makes, as soon as it was changed, and what is wrong with the draft. One is asked for at a
 * time: what was typed meanwhile is asked for once, when the answer is there.
 */
export function usePreview(webhook: string, draft: Definition, with_: TryWith) {
  const may = useMay('read_bodies');
  const latest = useMemo(() => JSON.stringify([draft, with_]), [draft, with_]);
  const [text, setText] = useState(latest);
  const busy = useRef(false);
  const { data, error } = useQuery({
    queryKey: ['preview', webhook, text],
    queryFn: async () => {
      busy.current = true;
      try {
        const [of, whom] = JSON.parse(text) as [Definition, TryWith];
        return await previewOf(webhook, of, whom);
      } finally {
        busy.current = false;
      }
    },
    placeholderData: (before: Previewed | undefined) => before,
    enabled: may,
    retry: false,
    staleTime: 60_000,
    gcTime: 5_000,
  });
  useEffect(() => {
    if (latest === text) return;
    const timer = setInterval(() => {
      if (!busy.current) setText(latest);
    }, PAUSE_MS);
    return () => clearInterval(timer);
  }, [latest, text]);
  const told = JSON.stringify([data?.faults ?? [], data?.warnings ?? []]);
  return useMemo(() => {
    const [faults, warnings] = JSON.parse(told) as [Fault[], Fault[]];
    /** Faults, and warnings marked as such. */
    const marks = [...faults, ...warnings.map((one) => ({ ...one, warning: true }))];
    return { data, error, may, faults, marks };
  }, [data, error, may, told]);
}
export type Preview = ReturnType<typeof usePreview>;

/** The same under the other escaping. */
const otherwise = (definition: Definition): Definition => ({
  ...definition,
  escaping: definition.escaping === 'automatic' ? 'vendor' : 'automatic',
});

/**
 * A preview whose faults stand at the fields of the draft: templates that can't be read, values that aren't allowed.
 * `compare`: a definition that is shown beside; the other escaping, unless it is told.
 */
export async function previewOf(
  webhook: string,
  draft: Definition,
  with_: TryWith,
  compare: Definition = otherwise(draft),
): Promise<Previewed> {
  const { definition, place } = sendable(draft, 'drop');
  try {
    const beside = sendable(compare, 'drop').definition as Trial['definition'];
    const body = { ...trialBody(webhook, definition, with_), compare: beside };
    const { request, skipped, problems, warnings, other: found } = await ask(postWebhooksPreview({ body }));
    const other = found && { request: found.request, why: found.skipped ?? found.problems[0]?.message ?? null };
    const placed = (found: Fault[]) => found.map((problem) => ({ ...problem, field: place(problem.field) }));
    return { request, skipped, faults: placed(problems), warnings: placed(warnings), other };
  } catch (error) {
    const fields = error instanceof ApiFailure ? error.fields : [];
    const begin = 'definition.';
    const own = fields.filter(({ field }) => field.startsWith(begin));
    if (own.length === 0) throw error;
    const faults = own.map(({ field, message }) => ({
      field: place(field.slice(begin.length)),
      line: 0,
      column: 0,
      message,
    }));
    return { request: null, skipped: null, faults, warnings: [], other: null };
  }
}
