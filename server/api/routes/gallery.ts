import { z } from 'zod';
import { example, exampleOf, GALLERY, GALLERY_SAMPLE } from '../../gallery/index.ts';
import { Problem } from '../problem.ts';
import { type Route, route } from '../route.ts';
import { definitionShown } from './webhook-definition.ts';

const tag = 'Webhooks';
const shown = example.extend({ definition: definitionShown });

const list = example.pick({ key: true, name: true, service: true, category: true, summary: true }).extend({
  language: z.string(),
});
const typed = z.object({
  customer: z.record(z.string(), z.unknown()),
  event: z.object({ name: z.string(), properties: z.record(z.string(), z.unknown()) }),
  responses: z.record(z.string(), z.object({ status: z.number().int(), body: z.unknown() })),
});

/** The gallery: ready requests to begin with. It is the same in every workspace. */
export const galleryRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/gallery',
    scope: 'read',
    tag,
    summary: 'List the ready requests of the gallery',
    answers: { 200: { description: 'All of them', schema: z.object({ items: z.array(list) }) } },
    async handler() {
      const items = GALLERY.map(({ key, name, service, category, summary, definition }) => ({
        key,
        name,
        service,
        category,
        summary,
        language: definition.language,
      }));
      return { body: { items } };
    },
  }),
  route({
    method: 'GET',
    path: '/gallery/{key}',
    scope: 'read',
    tag,
    summary: 'Show a ready request: its definition, what is to be filled in, and values to try it with',
    params: z.object({ key: z.string().max(100) }),
    answers: { 200: { description: 'The request', schema: shown.extend({ typed }) } },
    async handler({ params }) {
      const found = exampleOf(params.key);
      if (!found) throw new Problem(404, `The gallery has nothing named ${params.key}. GET /api/v1/gallery lists it.`);
      return { body: { ...found, typed: GALLERY_SAMPLE } };
    },
  }),
];
