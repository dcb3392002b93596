import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { Problem } from './problem.ts';

const BUILT = join(import.meta.dirname, '..', '..', 'dist', 'web');

// No script but our own files, nothing from elsewhere, no framing. Mantine sets its colours in style elements, which are
// no way to run anything.
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Sets what a page of ours carries: its policy, and that nothing else may frame it or see where one came from. */
function guarded(reply: FastifyReply): FastifyReply {
  return reply
    .header('content-security-policy', POLICY)
    .header('referrer-policy', 'same-origin')
    .header('cross-origin-opener-policy', 'same-origin');
}

/**
 * Serves the web application that `npm run build` made: its files under /assets (their names change with their content)
 * and its page for every address that is no file. Without it every page says how to make it.
 */
export async function site(app: FastifyInstance): Promise<void> {
  const page = join(BUILT, 'index.html');
  const html = existsSync(page) ? readFileSync(page, 'utf8') : null;
  if (html !== null)
    await app.register(fastifyStatic, {
      root: BUILT,
      index: false,
      wildcard: false,
      setHeaders: (response, path) => {
        const hashed = path.includes(`${join(BUILT, 'assets')}`);
        response.header('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    });
  for (const address of PAGES)
    app.get(address, async (_request, reply) => {
      if (html === null)
        throw new Problem(
          503,
          'The web application is not built. Run "npm run build" in its folder, then load this again.',
        );
      return guarded(reply).header('cache-control', 'no-cache').type('text/html; charset=utf-8').send(html);
    });
}

// Named one by one, so that an address that is wrong stays a 404.
const PAGES = [
  '/',
  '/sign-in',
  '/api/docs',
  ...[
    'profiles',
    'events',
    'gallery',
    'webhooks',
    'scenarios',
    'deliveries',
    'policies',
    'presets',
    'origins',
    'resends',
    'inspectors',
    'operations',
    'settings',
  ].flatMap((place) => [`/${place}`, `/${place}/*`]),
];
