// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are Velocity's
import { expect, test } from 'vitest';
import { webhookDefinition } from '../../shared/webhook.ts';
import { checkDefinition } from './check.ts';

test.each([
  ['liquid', '{{ host }}'],
  ['jinja', '[[host]].io'],
  ['mustache', '{{host}}'],
  ['velocity', '$host'],
  ['velocity', '${host}.io'],
])('no placeholder of %s in the host: %s', (language, host) => {
  const definition = webhookDefinition.parse({ language, url: `https://${host}/x` });
  const [fault] = checkDefinition(definition, { allowHttp: false });
  expect(fault).toMatchObject({ field: 'url', message: expect.stringContaining('placeholders') });
});
