import { LanguageError, type Value } from '../core/index.ts';
import type { Target } from './ast.ts';
import type { Frame } from './run.ts';
import type { Scope } from './scope.ts';
import { iterate, typeName } from './types.ts';
import { Namespace } from './values.ts';

export type Assign = (frame: Frame, value: Value) => void;

/** How a value is put under its name or names. */
export function compileTarget(target: Target, scope: Scope): Assign {
  if (target.kind === 'name') {
    const slot = scope.declare(target.name);
    return (frame, value) => {
      frame.vars[slot] = value;
    };
  }
  if (target.kind === 'namespace') {
    const get = scope.reader(target.name);
    return (frame, value) => {
      const namespace = get(frame);
      frame.run.at = target.at;
      if (!(namespace instanceof Namespace)) {
        throw new LanguageError(`${target.name} is no namespace.`, 'Make one: {% set ns = namespace() %}.');
      }
      frame.run.budget.entries(1);
      namespace.values.set(target.attribute, value);
    };
  }
  const parts = target.items.map((item) => compileTarget(item, scope));
  return (frame, value) => {
    frame.run.at = target.at;
    const values: Value[] = [];
    for (const item of iterate(value, frame.run.budget)) {
      values.push(item);
      if (values.length > parts.length) break;
    }
    if (values.length !== parts.length) {
      throw new LanguageError(`${parts.length} names can't be set from a ${typeName(value)} of another length.`);
    }
    parts.forEach((assign, i) => void assign(frame, values[i]));
  };
}
