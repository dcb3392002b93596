import type { Piece, Place } from '../../language.ts';

/** What a template is made of. A `path` is a dotted name in its parts; none of them is `{{.}}`, what one stands on. */
export type Node =
  | { kind: 'text'; piece: Piece }
  | { kind: 'value'; path: string[]; raw: boolean; place: () => Place }
  | { kind: 'section'; path: string[]; inverted: boolean; nodes: Node[]; place: () => Place }
  | { kind: 'partial'; name: string; indent: string; place: () => Place }
  | { kind: 'abort'; reason: string; place: () => Place };
