import type { Piece } from '../../language.ts';
import type { Value } from '../core/index.ts';

export type Step =
  | { kind: 'property'; name: string }
  | { kind: 'method'; name: string; args: Expr[] }
  | { kind: 'index'; value: Expr };

/** `$name`, with what is asked of it. */
export interface Ref {
  kind: 'ref';
  name: string;
  steps: Step[];
  /** `$!`: prints nothing where there is nothing. */
  quiet: boolean;
  /** What stands in the template, printed where there is nothing. */
  literal: Piece;
  /** Backslashes before it. */
  slashes: number;
  /** Dollar signs between the backslashes and its own. */
  dollars: string;
  /** `${name|expression}`. */
  alternate: Expr | null;
  at: number;
}

export type Operator = '||' | '&&' | '==' | '!=' | '<' | '<=' | '>' | '>=' | '+' | '-' | '*' | '/' | '%';

export type Expr =
  | Ref
  | { kind: 'value'; value: Value }
  | { kind: 'string'; text: string }
  /** A string with references or directives in it. */
  | { kind: 'template'; nodes: Node[] }
  | { kind: 'list'; items: Expr[] }
  | { kind: 'map'; entries: [Expr, Expr][] }
  | { kind: 'range'; from: Expr; to: Expr }
  | { kind: 'not'; of: Expr }
  | { kind: 'binary'; operator: Operator; left: Expr; right: Expr };

export interface Macro {
  parameters: { name: string; otherwise: Expr | null }[];
  body: Node[];
}

export type Node =
  | { kind: 'text'; piece: Piece }
  | Ref
  | { kind: 'set'; target: Ref; value: Expr }
  | { kind: 'if'; branches: { test: Expr; body: Node[] }[]; otherwise: Node[] }
  | { kind: 'foreach'; name: string; list: Expr; body: Node[]; otherwise: Node[]; at: number }
  /** A macro's call; printed as it stands when there is no such macro. `body`: of `#@name()`. */
  | { kind: 'call'; name: string; args: Expr[]; body: Node[] | null; literal: Piece; at: number }
  | { kind: 'define'; name: string; body: Node[] }
  | { kind: 'evaluate'; value: Expr; at: number }
  | { kind: 'stop' }
  | { kind: 'break' }
  | { kind: 'abort'; reason: Expr | null; at: number };
