import { describe, expect, test } from 'vitest';
import { renderMember } from '../member.ts';
import { contextOf, programOf, request } from './stage.ts';

describe('Bloomreach, in Jinja', () => {
  const language = 'jinja';
  const responses = {
    one: { status: 200, body: '{"promo":"A-1","data":{"n":1}}' },
    two: { status: 200, body: 'plain text' },
    three: { status: 200, body: '{"json_response_property_name":"last"}' },
  };

  // Nothing lost; x is a number of the way, or the id of a step.
  test.each([
    ['{{ webhook.json_response_property_name }}', 'last'],
    ['{{ webhook(1).promo }}', 'A-1'],
    ['{{ webhook(2).data }}', 'plain text'],
    ["{{ webhook.by_action_id('two').data }}", 'plain text'],
    ["{{ webhook.by_action_id('one').data.n }}", '1'],
  ])('%s', (body, wanted) => {
    expect(request({ language, format: 'text', body }, {}, { responses }).text).toBe(wanted);
  });

  // Batches: both templates were pictures. Written anew after the text around them, for the API that it names.
  test.each([['{{ customers | join(",") }}'], ["{% output customers separated by ',' %}"]])(
    'many in one: %s',
    (all) => {
      const customer =
        '{"from": "[[sender]]", "to": [{"number": "{{ customer.phone }}"}], "body": {"content": "Hi {{ customer.name }}!"}}';
      const body = `{"messages": {"authentication": {"producttoken": "[[token]]"}, "msg": [${all}]}}`;
      const given = { language, body, batch: { customer } };
      const parameters = { sender: 'Shop "1"', token: 't-1' };
      const people = [
        { phone: '00420111', name: 'Ann "A"' },
        { phone: '00420222', name: 'Bob\nB' },
      ];
      const customers = people.map((person) => {
        const member = renderMember(programOf(given), contextOf(person, { parameters }));
        if (!member.ok) throw new Error(member.trouble.message);
        expect(member.fault).toBeNull();
        return member.text;
      });
      const { text } = request(given, {}, { parameters, customers });
      expect(JSON.parse(text)).toEqual({
        messages: {
          authentication: { producttoken: 't-1' },
          msg: people.map(({ phone, name }) => ({
            from: 'Shop "1"',
            to: [{ number: phone }],
            body: { content: `Hi ${name}!` },
          })),
        },
      });
    },
  );

  test('a customer who is left out', () => {
    const customer = '{% if not customer.phone %}{% abort %}{% endif %}{}';
    const program = programOf({ language, body: '[{{ customers | join(",") }}]', batch: { customer } });
    expect(renderMember(program, contextOf({}, {}))).toMatchObject({ ok: false, skipped: true });
  });
});
