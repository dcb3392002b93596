/** Names and where their values are kept: a scope while compiling, a frame while running. */
import type { Value } from '../core/index.ts';
import type { Statement, Target } from './ast.ts';
import type { Frame } from './run.ts';
import { Undefined } from './values.ts';

export type Evaluate = (frame: Frame) => Value;

/** A scope: its names have slots. Blocks that Jinja gives a scope of their own get one each. */
export class Scope {
  readonly parent: Scope | null;
  /** Within a loop whose turns may be ended. */
  readonly inLoop: boolean;
  readonly used = new Set<string>();
  readonly #slots = new Map<string, number>();

  constructor(parent: Scope | null, inLoop: boolean, names: Iterable<string> = []) {
    this.parent = parent;
    this.inLoop = inLoop;
    for (const name of names) this.declare(name);
  }

  declare(name: string): number {
    const known = this.#slots.get(name);
    if (known !== undefined) return known;
    this.#slots.set(name, this.#slots.size);
    return this.#slots.size - 1;
  }

  slot(name: string): number | undefined {
    return this.#slots.get(name);
  }

  get root(): Scope {
    return this.parent === null ? this : this.parent.root;
  }

  /** How to read a name from here: from the nearest scope that has set it, else from the context. */
  reader(name: string): Evaluate {
    const places: [up: number, slot: number][] = [];
    let up = 0;
    for (let scope: Scope | null = this; scope !== null; scope = scope.parent) {
      const slot = scope.slot(name);
      if (slot !== undefined) {
        places.push([up, slot]);
        scope.used.add(name);
      }
      up++;
    }
    const fromContext = contextReader(name);
    if (places.length === 0) return fromContext;
    if (places.length === 1 && places[0]![0] === 0) {
      const [[, slot]] = places as [[number, number]];
      return (frame) => {
        const value = frame.vars[slot];
        return value === undefined ? fromContext(frame) : value;
      };
    }
    return (frame) => {
      let at = frame;
      let level = 0;
      for (const [depth, slot] of places) {
        while (level < depth) {
          at = at.up!;
          level++;
        }
        const value = at.vars[slot];
        if (value !== undefined) return value;
      }
      return fromContext(frame);
    };
  }
}

function contextReader(name: string): Evaluate {
  const message = `${name} is not defined`;
  return ({ run }) => {
    if (Object.hasOwn(run.scope, name)) {
      const value = run.scope[name];
      if (value !== undefined) return value;
    }
    const global = run.global(name);
    return global === undefined ? new Undefined(message) : global;
  };
}

/** A frame of an inner scope. */
export function within(frame: Frame): Frame {
  return { run: frame.run, vars: [], up: frame };
}

/** Names that a target sets. */
export function targetNames(target: Target): string[] {
  if (target.kind === 'name') return [target.name];
  return target.kind === 'tuple' ? target.items.flatMap(targetNames) : [];
}

/** Names that statements set in the scope that they stand in. */
export function declaredIn(statements: Statement[]): string[] {
  return statements.flatMap((statement): string[] => {
    switch (statement.kind) {
      case 'set':
      case 'setBlock':
        return targetNames(statement.target);
      case 'macro':
        return [statement.name];
      case 'if':
        return [...statement.branches.flatMap(({ body }) => declaredIn(body)), ...declaredIn(statement.none)];
      default:
        return [];
    }
  });
}
