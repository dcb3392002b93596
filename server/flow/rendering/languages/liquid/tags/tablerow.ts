import { isNumeric, isText, LanguageError, literalPiece, type Output, type Value } from '../../core/index.ts';
import { isTrue } from '../compare.ts';
import { parseExpression } from '../expression.ts';
import { Fault } from '../fault.ts';
import { sliceOf } from '../items.ts';
import { TableRowLoop } from '../loops.ts';
import { looseInteger } from '../numbers.ts';
import { Body, type ParseTag } from '../parser.ts';
import { attributesOf, FRAGMENTS, SPACE } from '../patterns.ts';
import { type Run, within } from '../run.ts';

const TABLE = new RegExp(`(?<!\\w)(\\w+)${SPACE}+in${SPACE}+(${FRAGMENTS})`);

function whole(value: Value): number {
  if (value !== null && value !== undefined && !isText(value) && !isNumeric(value)) {
    throw new LanguageError('invalid integer', 'cols, limit and offset of a tablerow are whole numbers.');
  }
  return looseInteger(value);
}

/** `{% tablerow x in list cols: 2 %}…{% endtablerow %}`: rows and cells of an HTML table. */
export const parseTableRow: ParseTag = (tag, parser) => {
  const found = TABLE.exec(tag.markup);
  if (found === null) throw new Fault('This is no tablerow.', tag.at, 'Write: {% tablerow item in customer.items %}.');
  const [, variable = '', of = ''] = found;
  const collection = parseExpression(of).get;
  const attributes = new Map([...attributesOf(tag.markup)].map(([name, value]) => [name, parseExpression(value).get]));
  const body = new Body();
  parser.blocks(tag, body);
  const execute = parser.seal(body, false);
  const place = () => parser.source.place(tag.at);
  const html = (text: string, out: Output) => out.literal(literalPiece(text, place));
  const number = (name: string, run: Run): number | null => {
    const get = attributes.get(name);
    return get === undefined ? null : whole(get(run));
  };
  return {
    blank: body.blank,
    execute: (run, out) => {
      const value = collection(run);
      if (!isTrue(value)) return 'next';
      const from = number('offset', run) ?? 0;
      const most = number('limit', run);
      const items = sliceOf(value, from, most === null ? null : from + most, run);
      const loop = new TableRowLoop(items.length, number('cols', run) ?? items.length);
      html('<tr class="row1">\n', out);
      within(run, (scope) => {
        scope.set('tablerowloop', loop);
        for (const item of items) {
          run.budget.step();
          scope.set(variable, item);
          html(`<td class="col${loop.col}">`, out);
          const signal = execute(run, out);
          html('</td>', out);
          if (signal === 'break') break;
          if (loop.endsRow && !loop.isLast) html(`</tr>\n<tr class="row${loop.row + 1}">`, out);
          loop.next();
        }
        return 'next';
      });
      html('</tr>\n', out);
      return 'next';
    },
  };
};
