import { describe, expect, test } from 'vitest';
import { extract } from '../../responses/index.ts';
import { renderRequest } from '../request.ts';
import { contextOf, programOf, received, request } from './stage.ts';

describe('BlueConic, in Mustache', () => {
  const language = 'mustache';
  const visitor = { email: ['ann@example.com'], firstname: ['Ann'], surname: ['Lee'], visits: ['12'] };

  // Quickbase, Zapier: the braces around the body.
  test.each([['visits'], ['number_of_visits']])('email and %s', (name) => {
    const body = `{\n    "email_address": "{{email}}",\n    "${name}": "{{visits}}"\n}`;
    expect(received({ language, body }, visitor)).toEqual({ email_address: 'ann@example.com', [name]: '12' });
  });

  // IFTTT: the braces; the comma behind the last field is the page's own error and no JSON: taken off.
  test('three values', () => {
    const body = '{\n    "value1": "{{email}}",\n    "value2": "{{visits}}",\n    "value3": ""\n}';
    expect(received({ language, body }, visitor)).toEqual({ value1: 'ann@example.com', value2: '12', value3: '' });
    const comma = renderRequest(programOf({ language, body: body.replace('""', '"",') }), contextOf(visitor, {}));
    expect(comma).toMatchObject({ ok: false, trouble: { code: 'invalid_json' } });
  });

  // Slack: the braces.
  test('a message, for visitors with a name and without', () => {
    const body =
      '{\n    "text": "{{#surname}}{{firstname.0}} {{surname.0}}{{/surname}} visited the product overview!\\n"\n}';
    expect(received({ language, body }, visitor)).toEqual({ text: 'Ann Lee visited the product overview!\n' });
    expect(received({ language, body }, {})).toEqual({ text: ' visited the product overview!\n' });
  });

  // FullContact: nothing lost. The braces let the value through as it is, so that a + stays a + (and means a space).
  test('an address in the URL, and the answer’s fields', () => {
    const url = 'https://api.fullcontact.com/v2/person.json?email={{{email.0}}}';
    const headers = [{ name: 'X-FullContact-APIKey', value: 'your API key' }];
    const made = request({ language, method: 'GET', url, headers }, visitor);
    expect([made.url, made.headers, made.body]).toEqual([
      'https://api.fullcontact.com/v2/person.json?email=ann@example.com',
      [['X-FullContact-APIKey', 'your API key']],
      null,
    ]);
    const rules = [
      { path: 'fullName', attribute: 'Name' },
      { path: '$.organizations[?(@.current)].name', attribute: 'Company' },
      { path: '$.organizations[?(@.current)].title', attribute: 'Job Title' },
    ].map((rule) => ({ ...rule, mode: 'set' as const }));
    const organizations = [{ name: 'Old' }, { name: 'Acme', title: 'Boss', current: true }];
    expect(extract({ rules, body: JSON.stringify({ fullName: 'Ann Lee', organizations }) }).changes).toMatchObject([
      { attribute: 'Name', value: 'Ann Lee' },
      { attribute: 'Company', value: 'Acme' },
      { attribute: 'Job Title', value: 'Boss' },
    ]);
  });
});
