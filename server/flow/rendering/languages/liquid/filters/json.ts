/** Values as JSON, and back. */
import { parseJson } from '../../../../../platform/json.ts';
import { isText, jsonText, marked, type Value } from '../../core/index.ts';
import { inspect, toText } from '../print.ts';
import type { Run } from '../run.ts';
import { type Act, filter, type Named } from './filter.ts';

/** JSON is JSON already wherever it is put: nothing escapes it again. */
const toJson: Act = (value, _args, run) => {
  const text = jsonText(value, run.budget);
  run.budget.use(text.length);
  return run.options.automatic ? marked(text, 'everywhere') : text;
};

function fromJson(value: Value, run: Run): Value {
  if (!isText(value)) return value;
  const text = String(value);
  run.budget.use(text.length * 4);
  try {
    return parseJson(text);
  } catch {
    return null;
  }
}

export const jsonFilters: Named[] = [
  filter('json', 0, 2, toJson),
  filter('to_json', 0, 2, toJson),
  filter('jsonify', 0, 2, toJson),
  filter('parse_json', 0, 0, (value, _args, run) => fromJson(value, run)),
  filter('from_json', 0, 0, (value, _args, run) => fromJson(value, run)),
  filter('inspect', 0, 1, (value, _args, run) => inspect(value, run.budget)),
  filter('raw', 0, 0, (value, _args, run) => {
    const text = String(toText(value, run));
    return run.options.automatic ? marked(text, 'everywhere') : value;
  }),
];
