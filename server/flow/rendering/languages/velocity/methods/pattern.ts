/** Java's regular expressions, on an engine whose time is linear in the text. */
import { RE2JS } from 're2js';
import { concat, LanguageError, marked, slice, type Text } from '../../core/index.ts';
import type { Run } from '../run.ts';

const MOST_CHARACTERS = 1000;
/** Characters of a text times those of a pattern: a tenth of a second or two. */
const MOST_WORK = 100_000;
const LITERAL = /^(?:[^.$|()[{^?*+\\]|\\[^A-Za-z0-9])*$/;

function compile(pattern: string, { budget }: Run): RE2JS {
  if (pattern.length > MOST_CHARACTERS) {
    throw new LanguageError(`A pattern has at most ${MOST_CHARACTERS} characters, this one ${pattern.length}.`);
  }
  budget.steps(pattern.length);
  try {
    return RE2JS.compile(pattern);
  } catch {
    const hint = 'Look-ahead, look-behind and back-references are not available.';
    throw new LanguageError(`${JSON.stringify(pattern)} is no regular expression that is understood.`, hint);
  }
}

/** Charges a search through a text. Fails closed: nothing can end a search that has begun. */
function charge(text: string, pattern: string, { budget }: Run): void {
  const work = text.length * (pattern.length + 1);
  if (work > MOST_WORK) throw new LanguageError('The text is too long to be searched with such a long pattern.');
  budget.steps(Math.ceil(work / 4));
}

/** Whether the whole text matches. */
export function matches(text: string, pattern: string, run: Run): boolean {
  charge(text, pattern, run);
  return compile(pattern, run).matcher(text).matches();
}

interface Match {
  start: number;
  end: number;
  groups: string[];
}

function matchesOf(text: string, pattern: string, most: number, run: Run): Match[] {
  charge(text, pattern, run);
  const matcher = compile(pattern, run).matcher(text);
  const found: Match[] = [];
  while (found.length < most && matcher.find()) {
    run.budget.step();
    run.budget.items(1);
    const groups: string[] = [];
    for (let i = 0; i <= matcher.groupCount(); i++) groups.push(matcher.group(i) ?? '');
    found.push({ start: matcher.start(), end: matcher.end(), groups });
  }
  return found;
}

/** Every match replaced; `$1` in the replacement is the first group, a backslash takes the next sign as it is. */
export function replaceAll(self: Text, pattern: string, to: Text, run: Run, most = Number.POSITIVE_INFINITY): Text {
  const text = String(self);
  const parts: Text[] = [];
  let at = 0;
  for (const { start, end, groups } of matchesOf(text, pattern, most, run)) {
    parts.push(slice(self, at, start), ...expand(String(to), groups));
    at = end;
  }
  if (at === 0 && parts.length === 0) return self;
  parts.push(slice(self, at, text.length));
  return concat(parts, run.budget);
}

/** The first match replaced. */
export function replaceFirst(self: Text, pattern: string, to: Text, run: Run): Text {
  return replaceAll(self, pattern, to, run, 1);
}

/** Parts of a replacement, all of them data: data decide where they land. */
function expand(to: string, groups: readonly string[]): Text[] {
  const text = to.replace(/\\([\s\S])|\$(\d)|[\\$]/g, (_, literal?: string, group?: string) => {
    if (literal !== undefined) return literal;
    if (group === undefined) {
      throw new LanguageError(
        'In a replacement a $ names a group, and a backslash stands before a sign.',
        'Put a backslash before it to mean the sign itself.',
      );
    }
    const found = groups[Number(group)];
    if (found === undefined) throw new LanguageError(`The pattern has no group ${group}.`);
    return found;
  });
  return [marked(text, 'nowhere')];
}

/** The text cut at each match; empty ones at the end are left out, unless `most` is negative. */
export function split(self: Text, pattern: string, most: number, run: Run): Text[] {
  const text = String(self);
  if (text === '') return [self];
  const cuts =
    LITERAL.test(pattern) && pattern !== ''
      ? literalCuts(text, pattern, run)
      : matchesOf(text, pattern, text.length + 1, run);
  const parts: Text[] = [];
  let at = 0;
  for (const { start, end } of cuts) {
    if (most > 0 && parts.length === most - 1) break;
    if (end === 0 || (start === end && start === text.length)) continue;
    run.budget.items(1);
    parts.push(slice(self, at, start));
    at = end;
  }
  parts.push(slice(self, at, text.length));
  if (most === 0) while (parts.length > 1 && String(parts.at(-1)) === '') parts.pop();
  return most === 0 && parts.length === 1 && at > 0 && String(parts[0]) === '' ? [] : parts;
}

function literalCuts(text: string, pattern: string, { budget }: Run): { start: number; end: number }[] {
  const plain = pattern.replace(/\\([\s\S])/g, '$1');
  const cuts: { start: number; end: number }[] = [];
  for (let at = text.indexOf(plain); at !== -1; at = text.indexOf(plain, at + plain.length)) {
    budget.step();
    cuts.push({ start: at, end: at + plain.length });
  }
  return cuts;
}
