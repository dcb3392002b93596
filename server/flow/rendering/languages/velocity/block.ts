import { type Output, type Text, Tool, type Value } from '../core/index.ts';

/** A block of `#define`, or what stands in a `#@macro()`: printed anew wherever it is named. */
export class TextBlock extends Tool {
  readonly render: (out: Output) => void;
  readonly #capture: () => Text;

  constructor(render: (out: Output) => void, capture: () => Text) {
    super();
    this.render = render;
    this.#capture = capture;
  }

  toString(): string {
    return String(this.#capture());
  }

  override plain(): Value {
    return this.toString();
  }
}
