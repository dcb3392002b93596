import { Output, type Text } from '../core/index.ts';
import { print } from './print.ts';
import type { Execute, Run, Signal } from './run.ts';

/** A new output of a run, for the whole of it or for a block that is captured. */
export function outputOf({ budget, options }: Run): Output {
  return new Output(budget, options, (value) => print(value, budget));
}

/** What a block puts out, as one text, and how it ended. */
export function capture(run: Run, execute: Execute): { text: Text; signal: Signal } {
  const out = outputOf(run);
  let signal: Signal;
  try {
    signal = execute(run, out);
  } catch (error) {
    // Ruby's engine would print it into the text: it isn't the error of the tag around, which may be passed over.
    throw run.source.failure(error, run.at);
  }
  const text = out.text();
  run.budget.use(String(text).length);
  return { text, signal };
}
