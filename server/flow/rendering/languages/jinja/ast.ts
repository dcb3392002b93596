/** What a Jinja template is parsed to. `at`: where in the source the node stands. */
import type { Numeric } from '../core/index.ts';

export interface Args {
  args: Expr[];
  kwargs: [string, Expr][];
  rest: Expr | null;
  restKwargs: Expr | null;
}

type Node<Kind extends string, More> = { kind: Kind; at: number } & More;

export type BinaryOperator = '+' | '-' | '*' | '/' | '//' | '%' | '**';
export type CompareOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in';

export type Expr =
  | Node<'name', { name: string }>
  | Node<'text', { value: string }>
  | Node<'number', { value: Numeric }>
  | Node<'constant', { value: boolean | null }>
  | Node<'tuple', { items: Expr[] }>
  | Node<'list', { items: Expr[] }>
  | Node<'dict', { items: [Expr, Expr][] }>
  | Node<'attribute', { of: Expr; name: string }>
  | Node<'item', { of: Expr; key: Expr }>
  | Node<'slice', { start: Expr | null; stop: Expr | null; step: Expr | null }>
  | Node<'call', { of: Expr } & Args>
  /** `of` is null where a filter or set block hands over its text. */
  | Node<'filter', { of: Expr | null; name: string } & Args>
  | Node<'test', { of: Expr; name: string } & Args>
  | Node<'not' | 'negative' | 'positive', { of: Expr }>
  | Node<'and' | 'or', { left: Expr; right: Expr }>
  | Node<'binary', { operator: BinaryOperator; left: Expr; right: Expr }>
  | Node<'concat', { items: Expr[] }>
  | Node<'compare', { first: Expr; rest: [CompareOperator, Expr][] }>
  | Node<'condition', { test: Expr; yes: Expr; no: Expr | null }>;

export type Target =
  | Node<'name', { name: string }>
  | Node<'tuple', { items: Target[] }>
  | Node<'namespace', { name: string; attribute: string }>;

/** Parameters of a macro or call block; the last ones have defaults. */
export interface Signature {
  names: string[];
  defaults: Expr[];
}

export type Statement =
  | Node<'data', { text: string }>
  | Node<'print', { value: Expr }>
  | Node<
      'for',
      { target: Target; of: Expr; test: Expr | null; recursive: boolean; body: Statement[]; none: Statement[] }
    >
  | Node<'if', { branches: { test: Expr; body: Statement[] }[]; none: Statement[] }>
  | Node<'with', { targets: [Target, Expr][]; body: Statement[] }>
  | Node<'set', { target: Target; value: Expr }>
  | Node<'setBlock', { target: Target; filter: Expr | null; body: Statement[] }>
  | Node<'macro', { name: string; signature: Signature; body: Statement[] }>
  | Node<'callBlock', { signature: Signature; call: Expr & { kind: 'call' }; body: Statement[] }>
  | Node<'filterBlock', { filter: Expr; body: Statement[] }>
  | Node<'autoescape', { value: Expr; body: Statement[] }>
  | Node<'block', { name: string; scoped: boolean; body: Statement[] }>
  | Node<'do', { value: Expr }>
  | Node<'break' | 'continue', object>
  | Node<'abort', { reason: Expr | null }>
  | Node<'output', { members: Expr; separator: Expr | null }>;
