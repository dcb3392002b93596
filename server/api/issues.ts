import type { z } from 'zod';
import type { FieldError } from './problem.ts';
import { NEEDED } from './wording.ts';

const MOST = 50;

/**
 * What zod found wrong, field by field. Of a choice, the alternative that came furthest is the one that was meant: what
 * is wrong with that one is told, not "invalid input".
 */
export function fieldErrors(issues: readonly Issue[], above: readonly PropertyKey[] = []): FieldError[] {
  return issues.flatMap((issue) => told(issue, above)).slice(0, MOST);
}

function told(issue: Issue, above: readonly PropertyKey[]): FieldError[] {
  const path = [...above, ...issue.path];
  const meant = issue.code === 'invalid_union' ? meantOf(issue.errors) : undefined;
  if (meant) return fieldErrors(meant, path);
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ field: fieldOf([...path, key]), message: issue.message }));
  return [{ field: fieldOf(path), message: issue.message }];
}

/** A path in dots; a name without a letter in it is shown in quotes. */
const fieldOf = (path: readonly PropertyKey[]): string =>
  path.map((part) => (part === '' ? '""' : String(part))).join('.') || 'body';

type Issue = z.core.$ZodIssue;

/** The alternative whose keys fit best, and of those the one that came deepest; none when the value is of no kind. */
function meantOf(alternatives: readonly Issue[][]): Issue[] | undefined {
  const best = alternatives
    .map((issues) => ({ issues, strange: strangeness(issues), deep: depth(issues) }))
    .filter(({ issues, deep }) => issues.length > 0 && deep > 0)
    .sort((a, b) => a.strange - b.strange || b.deep - a.deep || a.issues.length - b.issues.length);
  return best[0]?.issues;
}

/** How many keys are there too many or too few. */
function strangeness(issues: readonly Issue[]): number {
  const of = (issue: Issue): number => {
    if (issue.code === 'unrecognized_keys') return issue.path.length === 0 ? issue.keys.length : 0;
    if (issue.code === 'invalid_union' && issue.path.length === 0)
      return Math.min(...issue.errors.map((errors) => strangeness(errors)));
    return issue.code === 'invalid_type' && issue.path.length === 1 && issue.message === NEEDED ? 1 : 0;
  };
  return issues.reduce((sum, issue) => sum + of(issue), 0);
}

/** How many levels below the choice the first thing is wrong. */
const depth = (issues: readonly Issue[]): number =>
  Math.max(
    0,
    ...issues.map((issue) =>
      issue.code === 'invalid_union' && issue.path.length === 0
        ? Math.max(0, ...issue.errors.map((errors) => depth(errors)))
        : issue.path.length,
    ),
  );
