import { capture } from '../capture.ts';
import { isTrue } from '../compare.ts';
import { parseCondition } from '../condition.ts';
import { Body, type Node, type Parser, type ParseTag } from '../parser.ts';
import type { Evaluate } from '../run.ts';
import type { TagToken } from '../tokens.ts';

function condition({ markup, start }: TagToken, parser: Parser): Evaluate {
  return parseCondition(markup, start, parser.warn);
}

function parse(tag: TagToken, parser: Parser, wanted: boolean): Node {
  const branches: { test: Evaluate; wanted: boolean; body: Body }[] = [];
  const add = (test: Evaluate, value: boolean): Body => {
    const body = new Body();
    branches.push({ test, wanted: value, body });
    return body;
  };
  parser.blocks(tag, add(condition(tag, parser), wanted), (middle) => {
    if (middle.name === 'else') return add(() => true, true);
    return middle.name === 'elsif' ? add(condition(middle, parser), true) : null;
  });
  const blank = branches.every(({ body }) => body.blank);
  const all = branches.map((branch) => ({ ...branch, execute: parser.seal(branch.body, blank) }));
  return {
    blank,
    execute: (run, out) => {
      for (const { test, wanted: value, execute } of all) if (isTrue(test(run)) === value) return execute(run, out);
      return 'next';
    },
  };
}

/** `{% if a %}…{% elsif b %}…{% else %}…{% endif %}` */
export const parseIf: ParseTag = (tag, parser) => parse(tag, parser, true);
/** `{% unless a %}…`: the first condition is turned around. */
export const parseUnless: ParseTag = (tag, parser) => parse(tag, parser, false);

/** `{% ifchanged %}…{% endifchanged %}`: puts out its block when it isn't what the last one put out. */
export const parseIfChanged: ParseTag = (tag, parser) => {
  const body = new Body();
  parser.blocks(tag, body);
  const execute = parser.seal(body, false);
  return {
    blank: body.blank,
    execute: (run, out) => {
      const { text, signal } = capture(run, execute);
      if (String(text) !== String(run.memory.changed ?? '')) {
        run.memory.changed = text;
        out.value(text, null);
      }
      return signal;
    },
  };
};
