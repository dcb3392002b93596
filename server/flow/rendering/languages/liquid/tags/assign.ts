import { capture } from '../capture.ts';
import { Fault } from '../fault.ts';
import { Body, type ParseTag } from '../parser.ts';
import { assign } from '../run.ts';

const SIGNATURE = /[\w\-.[\]()]+/;

/** `{% assign name = value | filters %}` */
export const parseAssign: ParseTag = ({ markup, start, at }, parser) => {
  const found = target(markup);
  if (found === null)
    throw new Fault('An assign needs a name, = and a value.', at, 'Write: {% assign name = value %}.');
  const value = parser.variable(markup.slice(found.end), start + found.end);
  return {
    blank: true,
    execute: (run) => {
      assign(run, found.name, value(run));
      return 'next';
    },
  };
};

/** The name before the first `=` that has one before it, and where the `=` ends. */
function target(markup: string): { name: string; end: number } | null {
  for (let sign = markup.indexOf('='); sign !== -1; sign = markup.indexOf('=', sign + 1)) {
    const name = /[\w\-.[\]()]*$/.exec(lastPart(markup.slice(0, sign)))![0];
    if (name !== '') return { name, end: sign + 1 };
  }
  return null;
}

function lastPart(text: string): string {
  let end = text.length;
  while (end > 0 && /[ \t\n\v\f\r]/.test(text[end - 1]!)) end--;
  let start = end;
  while (start > 0 && SIGNATURE.test(text[start - 1]!)) start--;
  return text.slice(start, end);
}

/** `{% capture name %}…{% endcapture %}` */
export const parseCapture: ParseTag = (tag, parser) => {
  const name = SIGNATURE.exec(tag.markup)?.[0];
  if (name === undefined) throw new Fault('A capture needs a name.', tag.at, 'Write: {% capture name %}.');
  const body = new Body();
  parser.blocks(tag, body);
  const execute = parser.seal(body, false);
  return {
    blank: true,
    execute: (run) => {
      const { text, signal } = capture(run, execute);
      assign(run, name, text);
      return signal;
    },
  };
};
