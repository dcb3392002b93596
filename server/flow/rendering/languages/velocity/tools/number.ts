/** `$number`, `$numberTool`: numbers as text, in patterns. */
import type { Value } from '../../core/index.ts';
import { type Methods, method } from '../methods/method.ts';
import { Toolbox } from '../methods/toolbox.ts';
import { toNumber } from './convert.ts';
import { formatDecimal } from './decimal.ts';

const NAMED = new Map([
  ['default', '#,##0.###'],
  ['number', '#,##0.###'],
  ['integer', '#,##0'],
  ['currency', '\u00a4#,##0.00'],
  ['percent', '#,##0%'],
]);

function format(pattern: string, value: Value): Value {
  const number = toNumber(value);
  return number === null ? null : formatDecimal(NAMED.get(pattern.toLowerCase()) ?? pattern, number);
}

const methods: Methods<Toolbox> = new Map([
  [
    'format',
    method<Toolbox>('o so', (_self, args) =>
      args.length === 1 ? format('default', args[0]) : format(String(args[0]), args[1]),
    ),
  ],
  ['toNumber', method<Toolbox>('o', (_self, [value]) => toNumber(value))],
  ...['number', 'integer', 'currency', 'percent'].map(
    (name) => [name, method<Toolbox>('o', (_self, [value]) => format(name, value))] as const,
  ),
]);

export const numberTool = new Toolbox('numberTool', methods);
