import type { z } from 'zod';

/** What is said of a field that isn't there. */
export const NEEDED = 'is needed';

const KINDS: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
  tuple: 'a list',
};
const UNITS: Record<string, string> = { string: 'characters', array: 'entries', map: 'entries', set: 'entries' };
const FORMATS: Record<string, string> = {
  datetime: 'a date and time with its zone, such as 2026-05-03T10:00:00Z',
  date: 'a date, such as 2026-05-03',
  email: 'an email address',
  url: 'a URL',
};

/**
 * What is wrong with a value, as words that go on from the field's name: "must be a number". Undefined where zod's own
 * words stand, or a schema's.
 */
export function worded(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return NEEDED;
      return `must be ${KINDS[issue.expected] ?? issue.expected}`;
    case 'invalid_value': {
      const values = issue.values.map((value) => JSON.stringify(value)).join(', ');
      return `must be ${issue.values.length > 1 ? 'one of ' : ''}${values}`;
    }
    case 'too_small':
      return bound(issue, 'least', issue.minimum);
    case 'too_big':
      return bound(issue, 'most', issue.maximum);
    case 'invalid_format':
      return issue.format in FORMATS ? `must be ${FORMATS[issue.format]}` : undefined;
    case 'unrecognized_keys':
      return 'is not known here: take it out, or see whether it is spelt right';
    case 'invalid_union':
      return optionsOf(issue) ?? alternatives(issue.errors ?? []);
    case 'invalid_key':
      return `has a name that ${issue.issues?.[0]?.message ?? 'is not allowed'}`;
    default:
      return undefined;
  }
}

function bound(
  issue: { origin: string; inclusive?: boolean; exact?: boolean },
  way: 'least' | 'most',
  limit: number | bigint,
): string {
  const unit = UNITS[issue.origin];
  if (unit !== undefined) {
    if (way === 'least' && limit === 1) return 'must not be empty';
    return `must have ${issue.exact ? 'exactly' : `at ${way}`} ${limit} ${unit}`;
  }
  if (issue.inclusive === false) return `must be ${way === 'least' ? 'more' : 'less'} than ${limit}`;
  return `must be ${limit} or ${way === 'least' ? 'more' : 'less'}`;
}

/** The kinds there are, of a choice that is made by one field. */
function optionsOf(issue: z.core.$ZodRawIssue): string | undefined {
  const { options } = issue as { options?: readonly z.core.util.Primitive[] };
  return options && `must be one of ${options.map((one) => JSON.stringify(one)).join(', ')}`;
}

/** What each alternative of a choice wants of the value itself. */
function alternatives(errors: readonly (readonly z.core.$ZodIssue[])[]): string | undefined {
  const said = errors.flatMap((issues) => issues.find((issue) => issue.path.length === 0)?.message ?? []);
  return said.length === 0 ? undefined : [...new Set(said)].join(', or ');
}
