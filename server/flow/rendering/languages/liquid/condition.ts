/** Conditions of if, unless and elsif. */
import { LanguageError, type Value } from '../core/index.ts';
import { contains, equals, isTrue, ordered } from './compare.ts';
import { type Expression, parseOperand } from './expression.ts';
import { Fault } from './fault.ts';
import { FRAGMENT, SPACE, strip } from './patterns.ts';
import type { Evaluate, Run } from './run.ts';
import { type ConditionMarkup, strictOr } from './strict/grammar.ts';

const COMPARISON = new RegExp(`(${FRAGMENT})${SPACE}*([=!<>a-z_]+)?${SPACE}*(${FRAGMENT})?`);
const NO_WORD = `(?!\\b(?:${SPACE}?and${SPACE}?|${SPACE}?or${SPACE}?)\\b)`;
/** A boolean word, or everything up to the next. */
const PARTS = new RegExp(
  `\\b(?:${SPACE}?and${SPACE}?|${SPACE}?or${SPACE}?)\\b|(?:${SPACE}*${NO_WORD}(?:${FRAGMENT}|[^ \\t\\n\\v\\f\\r]+)${SPACE}*)+`,
  'g',
);

type Compare = (a: Value, b: Value, run: Run) => boolean;
const COMPARE: Record<string, Compare> = {
  '==': (a, b, { budget }) => equals(a, b, budget),
  '!=': (a, b, { budget }) => !equals(a, b, budget),
  '<>': (a, b, { budget }) => !equals(a, b, budget),
  '<': (a, b, { budget }) => ordered(a, b, (order) => order < 0, budget),
  '>': (a, b, { budget }) => ordered(a, b, (order) => order > 0, budget),
  '<=': (a, b, { budget }) => ordered(a, b, (order) => order <= 0, budget),
  '>=': (a, b, { budget }) => ordered(a, b, (order) => order >= 0, budget),
  contains: (a, b, { budget }) => contains(a, b, budget),
};

/** A comparison as a closure. An operator that doesn't exist fails when it is reached. */
export function comparison(left: Expression, operator: string | undefined, right: Expression): Evaluate {
  if (operator === undefined) return left.get;
  const a = left.get;
  const b = right.get;
  if (!Object.hasOwn(COMPARE, operator)) {
    return () => {
      throw new LanguageError(`There is no operator ${operator}.`, 'Operators are == != < > <= >= contains.');
    };
  }
  const compare = COMPARE[operator]!;
  return (run) => compare(a(run), b(run), run);
}

function laxComparison(part: string | undefined): ConditionMarkup['comparisons'][number] | null {
  const found = COMPARISON.exec(part ?? '');
  return found === null ? null : { left: found[1]!, operator: found[2], right: found[3] ?? '' };
}

/** As the lax parser finds it: what stands between the words and, or. Throws Fault when that is nothing. */
function laxCondition(markup: string, start: number): ConditionMarkup {
  const parts = [...markup.matchAll(PARTS)].map(([part]) => part);
  const found: ConditionMarkup = { comparisons: [], words: [] };
  for (let i = parts.length - 1; i >= -1; i -= 2) {
    const comparison = laxComparison(parts[i]);
    if (comparison === null) throw new Fault('This is no condition.', start, 'Write one like: customer.plan == "pro".');
    found.comparisons.unshift(comparison);
    if (i <= 0) break;
    const word = strip(parts[i - 1]!);
    if (word !== 'and' && word !== 'or') throw new Fault('Conditions are joined by and, or.', start);
    found.words.unshift(word);
  }
  return found;
}

function joined(left: Evaluate, word: string, right: Evaluate): Evaluate {
  const stops = word === 'or';
  return (run) => {
    const value = left(run);
    return isTrue(value) === stops ? value : right(run);
  };
}

/** A condition, joined from right to left: `a or b and c` is `a or (b and c)`. Throws Fault when there is none. */
export function parseCondition(markup: string, start: number, warn: (fault: Fault) => void): Evaluate {
  const { comparisons, words } = strictOr(
    markup,
    start,
    warn,
    (grammar) => grammar.condition(),
    () => laxCondition(markup, start),
  );
  const all = comparisons.map(({ left, operator, right }) =>
    comparison(parseOperand(left), operator, parseOperand(right)),
  );
  let whole = all.at(-1)!;
  for (let i = words.length - 1; i >= 0; i--) whole = joined(all[i]!, words[i]!, whole);
  const condition = whole;
  return (run) => {
    run.budget.step();
    return condition(run);
  };
}
