// npm run build:client: writes the typed client of /api/v1 into web/data/api, from the routes as they are now.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from '@hey-api/openapi-ts';
import { apiRoutes } from '../server/api/index.ts';
import { openapi } from '../server/api/openapi.ts';

const output = join(import.meta.dirname, 'data', 'api');
rmSync(output, { recursive: true, force: true });
await createClient({
  input: JSON.parse(JSON.stringify(openapi(apiRoutes, null))),
  output,
  logs: { level: 'error' },
  plugins: ['@hey-api/client-fetch'],
});
