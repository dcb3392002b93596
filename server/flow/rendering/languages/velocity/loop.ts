import { Tool, type Value } from '../core/index.ts';

/** `$foreach`: where a loop is. */
export class Loop extends Tool {
  index = 0;
  readonly length: number;
  readonly parent: Loop | null;

  constructor(length: number, parent: Loop | null) {
    super();
    this.length = length;
    this.parent = parent;
  }

  override get(name: string): Value {
    switch (name) {
      case 'index':
        return this.index;
      case 'count':
        return this.index + 1;
      case 'hasNext':
        return this.index < this.length - 1;
      case 'first':
        return this.index === 0;
      case 'last':
        return this.index === this.length - 1;
      case 'parent':
        return this.parent;
      case 'topmost': {
        let top: Loop = this;
        while (top.parent !== null) top = top.parent;
        return top;
      }
      default:
        return undefined;
    }
  }

  toString(): string {
    return '{}';
  }
}
