import { Tool, type Value } from '../core/index.ts';

/** What both loops tell of where they stand. */
abstract class Loop extends Tool {
  index = 0;
  readonly #length: number;
  constructor(length: number) {
    super();
    this.#length = length;
  }
  get isLast(): boolean {
    return this.index === this.#length - 1;
  }
  override get(name: string): Value {
    switch (name) {
      case 'index':
        return this.index + 1;
      case 'index0':
        return this.index;
      case 'rindex':
        return this.#length - this.index;
      case 'rindex0':
        return this.#length - this.index - 1;
      case 'first':
        return this.index === 0;
      case 'last':
        return this.isLast;
      case 'length':
        return this.#length;
      default:
        return undefined;
    }
  }
}

/** `forloop`: where a loop stands. */
export class ForLoop extends Loop {
  readonly #name: string;
  readonly #parent: Value;
  constructor(name: string, length: number, parent: Value) {
    super(length);
    this.#name = name;
    this.#parent = parent;
  }
  override get(name: string): Value {
    if (name === 'name') return this.#name;
    return name === 'parentloop' ? this.#parent : super.get(name);
  }
  toString(): string {
    return 'Liquid::ForloopDrop';
  }
}

/** `tablerowloop`: where a table stands. */
export class TableRowLoop extends Loop {
  row = 1;
  col = 1;
  readonly #cols: number;
  constructor(length: number, cols: number) {
    super(length);
    this.#cols = cols;
  }
  get endsRow(): boolean {
    return this.col === this.#cols;
  }
  next(): void {
    this.index++;
    if (this.endsRow) {
      this.col = 1;
      this.row++;
    } else this.col++;
  }
  override get(name: string): Value {
    switch (name) {
      case 'col':
        return this.col;
      case 'col0':
        return this.col - 1;
      case 'row':
        return this.row;
      case 'col_first':
        return this.col === 1;
      case 'col_last':
        return this.endsRow;
      default:
        return super.get(name);
    }
  }
  toString(): string {
    return 'Liquid::TablerowloopDrop';
  }
}
