import { placeholder } from '../../../components/templates/suggest.ts';
import { rowsOf } from './builder.ts';
import type { Style } from './insertion.ts';
import { parseObject } from './json.ts';

const KEYS = ['id', 'event', 'timestamp', 'data'];

/**
 * A JSON body in an envelope: id (in a test it begins with `test_`), name of the event, time, and as `data` what there
 * was; for an empty one the profile's id and email. Or why it can't be put into one.
 */
export function enveloped(body: string, style: Style): { body: string } | { why: string } {
  const { language } = style;
  const say = (...path: string[]) => `"${placeholder(language, path)}"`;
  const found = rowsOf(body, style);
  if ('why' in found) return found;
  const taken = found.rows.filter((row) => row.depth === 0).map((row) => row.key);
  if (KEYS.slice(0, 3).every((key) => taken.includes(key))) return { why: 'it has an envelope already' };
  let [before, data, after] = ['', '', ''];
  if (taken.length === 0)
    data = `{\n    "type": "member",\n    "id": ${say('customer', 'id')},\n    "email": ${say('customer', 'email')}\n  }`;
  else {
    const { from, to } = parseObject(language, body);
    [before, data, after] = [body.slice(0, from), body.slice(from, to).replaceAll('\n', '\n  '), body.slice(to)];
  }
  const lines = [
    `"id": ${say('delivery', 'envelope_id')}`,
    `"event": ${say('event', 'name')}`,
    `"timestamp": ${say('now')}`,
    `"data": ${data}`,
  ];
  return { body: `${before}{\n  ${lines.join(',\n  ')}\n}${after}` };
}
