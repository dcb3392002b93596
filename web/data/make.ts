import { postScenarios, postWebhooks } from './api/index.ts';
import { ask } from './queries.ts';

/** Makes a webhook that can be looked at and sent at once. */
export const makeWebhook = () =>
  ask(
    postWebhooks({
      body: {
        name: 'New webhook',
        definition: { url: 'https://example.com/', body: '{\n  "id": "{{ customer.id }}"\n}' },
      },
    }),
  );

/** Makes an empty scenario. */
export const makeScenario = () => ask(postScenarios({ body: { name: 'New scenario' } }));
