import { Tool } from '../../core/index.ts';
import type { Methods } from './method.ts';

/** A tool of the language, `$math` and its like: a name and a table of methods. */
export class Toolbox extends Tool {
  readonly methods: Methods<Toolbox>;
  readonly #name: string;

  constructor(name: string, methods: Methods<Toolbox>) {
    super();
    this.#name = name;
    this.methods = methods;
  }

  toString(): string {
    return this.#name;
  }
}
