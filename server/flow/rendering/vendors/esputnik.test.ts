// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are Velocity's
import { describe, expect, test } from 'vitest';
import { request } from './stage.ts';

describe('eSputnik, in Velocity', () => {
  const language = 'velocity';
  const responses = {
    contacts_get_by_email: { status: 200, body: '[{"id": 48213377.0}]' },
    WH5: { status: 200, body: '{"promocode": "SPRING"}' },
  };

  // Nothing lost.
  test.each([
    ['$!mathTool.toInteger($data.contacts_get_by_email.get(0).id)', '48213377'],
    ["$data.get('WH5').get('promocode')", 'SPRING'],
  ])('%s', (body, wanted) => {
    expect(request({ language, format: 'text', body }, {}, { responses }).text).toBe(wanted);
  });

  // The address was a picture; its variables are named in the text: ${email} of the event, TOWN of the contact.
  test('variables of event and contact in the address', () => {
    const url = 'https://api.example.com/promo?email=${email}&town=${TOWN}';
    const around = { properties: { email: 'ann+1@example.com' } };
    const made = new URL(request({ language, method: 'GET', url }, { TOWN: 'Київ' }, around).url);
    expect(Object.fromEntries(made.searchParams)).toEqual({ email: 'ann+1@example.com', town: 'Київ' });
  });
});
