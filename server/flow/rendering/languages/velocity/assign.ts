/** What `#set` does: gives a name, a property or an index a value. */
import { LanguageError, type Value } from '../core/index.ts';
import type { Ref } from './ast.ts';
import type { Evaluator } from './evaluate.ts';
import { keyOf } from './key.ts';
import type { Run } from './run.ts';

/** Gives the target its value; one that can't take it is left alone, as Velocity does. Throws LanguageError. */
export function assign(target: Ref, value: Value, run: Run, evaluator: Evaluator): void {
  const last = target.steps.at(-1);
  if (last === undefined) {
    run.set(target.name, value);
    return;
  }
  const owner = evaluator.reference({ ...target, steps: target.steps.slice(0, -1), alternate: null }, run);
  if (last.kind === 'method') return;
  const key = last.kind === 'property' ? last.name : evaluator.value(last.value, run);
  if (owner instanceof Map) {
    run.budget.entries(1);
    owner.set(keyOf(key, run), value ?? null);
  } else if (Array.isArray(owner) && last.kind === 'index' && Number.isSafeInteger(key)) {
    const at = (key as number) < 0 ? owner.length + (key as number) : (key as number);
    if (at < 0 || at >= owner.length) throw new LanguageError(`The list has no item at ${key} that could be set.`);
    owner[at] = value ?? null;
  }
}
