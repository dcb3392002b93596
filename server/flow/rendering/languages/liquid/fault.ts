import { LanguageError } from '../core/index.ts';

/** A template that can't be parsed, or that strict parsing would refuse. */
export class Fault extends LanguageError {
  /** Where in the template, in characters. */
  readonly offset: number;
  constructor(message: string, offset: number, hint: string | null = null) {
    super(message, hint);
    this.offset = offset;
  }
}
