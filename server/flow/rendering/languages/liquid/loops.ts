import { Tool, type Value } from '../core/index.ts';

/** `forloop`: where a loop stands. */
export class ForLoop extends Tool {
  index = 0;
  readonly #name: string;
  readonly #length: number;
  readonly #parent: Value;
  constructor(name: string, length: number, parent: Value) {
    super();
    this.#name = name;
    this.#length = length;
    this.#parent = parent;
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
        return this.index === this.#length - 1;
      case 'length':
        return this.#length;
      case 'name':
        return this.#name;
      case 'parentloop':
        return this.#parent;
      default:
        return undefined;
    }
  }
  toString(): string {
    return 'Liquid::ForloopDrop';
  }
}

/** `tablerowloop`: where a table stands. */
export class TableRowLoop extends Tool {
  index = 0;
  row = 1;
  col = 1;
  readonly #length: number;
  readonly #cols: number;
  constructor(length: number, cols: number) {
    super();
    this.#length = length;
    this.#cols = cols;
  }
  get isLast(): boolean {
    return this.index === this.#length - 1;
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
        return undefined;
    }
  }
  toString(): string {
    return 'Liquid::TablerowloopDrop';
  }
}
