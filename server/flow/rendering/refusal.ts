import type { Piece, Place } from './language.ts';

/** The request can't be made of what the templates gave. */
export class RequestError extends Error {
  readonly code: string;
  readonly place: Place | null;
  constructor(code: string, message: string, place: Place | null) {
    super(message);
    this.code = code;
    this.place = place;
  }
}

/** A field as rendered: its text, the pieces that it was made of, and their texts, in order. */
export interface Rendered {
  text: string;
  pieces: Piece[];
  parts: string[];
}
