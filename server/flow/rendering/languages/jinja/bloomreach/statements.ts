/** Bloomreach's statements: `{% abort %}` and `{% output customers separated by ',' %}`. */
import { AbortSignal, concat, type Text } from '../../core/index.ts';
import type { Statement } from '../ast.ts';
import { compileExpression, type Place } from '../compile-expression.ts';
import type { Execute } from '../loops.ts';
import { str, toText } from '../print.ts';
import { print, type Where } from '../printing.ts';
import { listOf } from '../types.ts';

/** Ends the delivery, with a reason if one is given. */
export function compileAbort({ reason, at }: Extract<Statement, { kind: 'abort' }>, place: Place): Execute {
  const said = reason === null ? null : compileExpression(reason, place);
  return (frame) => {
    const { run } = frame;
    const why = said === null ? '' : str(said(frame), run.budget);
    run.at = at;
    throw new AbortSignal(why || 'aborted');
  };
}

/** The members of a batch with a separator between them, as they are. */
export function compileOutput(
  { members, separator, at }: Extract<Statement, { kind: 'output' }>,
  place: Place,
  where: Where,
): Execute {
  const list = compileExpression(members, place);
  const between = separator === null ? null : compileExpression(separator, place);
  return (frame, out) => {
    const { run } = frame;
    const all = list(frame);
    const text = between === null ? '' : toText(between(frame), run.budget);
    run.at = at;
    const parts = listOf(all, run.budget).flatMap((member, i): Text[] => {
      const one = toText(member, run.budget);
      return i === 0 ? [one] : [text, one];
    });
    print(concat(parts, run.budget), out, run, where);
    return 'next';
  };
}
