// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are Velocity's
import { describe, expect, test } from 'vitest';
import { received } from './stage.ts';

// Cyberimpact shows no template but what it sends to try an address out: its envelope, in each language.
describe('Cyberimpact', () => {
  const contact = { id: 54321, email: 'john.doe@example.org', firstname: 'John', lastname: 'Doe' };
  const rest = { event: 'automation.webhook.send', idClient: 3 };

  test.each([
    ['liquid', '{{ event.id }}', (name: string) => `{{ customer.${name} }}`],
    ['jinja', '{{ event.id }}', (name: string) => `{{ customer.${name} }}`],
    ['mustache', '{{event.id}}', (name: string) => `{{customer.${name}}}`],
    ['velocity', '$event.id', (name: string) => `$!{customer.${name}}`],
  ])('in %s', (language, id, of) => {
    const body = `{"id":"${id}","event":"automation.webhook.send","idClient":3,"data":{"type":"member","id":${of('id')},"email":"${of('email')}","firstname":"${of('firstname')}","lastname":"${of('lastname')}"}}`;
    expect(received({ language, body }, contact)).toEqual({
      id: 'evt_1',
      ...rest,
      data: { type: 'member', ...contact },
    });
  });
});
