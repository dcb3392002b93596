import { AbortSignal } from '../../core/index.ts';
import type { ParseTag } from '../parser.ts';
import { isBlank } from '../patterns.ts';
import { print } from '../print.ts';

/** `{% echo value | filters %}`: an output within a liquid tag. */
export const parseEcho: ParseTag = ({ markup, start, at }, parser) => ({
  blank: false,
  execute: parser.puts(parser.variable(markup, start), at),
});

/** `{% abort "reason" %}`: ends the delivery as skipped, on purpose. */
export const parseAbort: ParseTag = ({ markup, start }, parser) => {
  const reason = isBlank(markup) ? null : parser.variable(markup, start);
  return {
    blank: true,
    execute: (run) => {
      throw new AbortSignal((reason && print(reason(run), run.budget)) || 'aborted');
    },
  };
};
