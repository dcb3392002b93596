/**
 * `npm run conformance -- DIR [--verbose]`: runs the template and JSONPath suites found in DIR, by folder name, through
 * the product's own languages (no escaping) and mapper. Ends each suite with `NAME: N passed, M failed`. Exits with 1
 * when a suite that must pass whole (JSONPath) doesn't. The suites' data is not part of this repository.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { texts } from '../../server/flow/rendering/escaping/index.ts';
import { createJinja } from '../../server/flow/rendering/languages/jinja/index.ts';
import { createLiquid } from '../../server/flow/rendering/languages/liquid/index.ts';
import { createMustache } from '../../server/flow/rendering/languages/mustache/index.ts';
import { createVelocity } from '../../server/flow/rendering/languages/velocity/index.ts';
import { query } from '../../server/flow/responses/index.ts';
import { messageOf } from '../../server/platform/errors.ts';
import { parseJson } from '../../server/platform/json.ts';

process.env.TZ = 'UTC';

/** One case: what it is called, and null when it passed or else what went wrong. */
type Outcome = { name: string; problem: string | null };
type Suite = { mustPass: boolean; run(folder: string): Outcome[] };

const NOW = Date.UTC(2024, 0, 31, 12);

/** Text of a Jinja template, as it would leave without escaping. */
function jinja(template: string, context: unknown): string {
  const pieces = createJinja()
    .parse(template, 'body')
    .run(context as Record<string, unknown>, { now: NOW, fragments: false, automatic: false });
  return texts(pieces, 'plain').join('');
}

/** Text of a Velocity template, as it would leave without escaping. */
function velocity(template: string, context: unknown): string {
  const pieces = createVelocity()
    .parse(template, 'body')
    .run(context as Record<string, unknown>, { now: NOW, fragments: false, automatic: false });
  return texts(pieces, 'plain').join('');
}

/** Text of a Mustache template, escaped for HTML, as its suites want it. */
function mustache(template: string, context: unknown, partials: Record<string, string>): string {
  const pieces = createMustache(partials)
    .parse(template, 'body')
    .run(context as Record<string, unknown>, { now: NOW, fragments: false, automatic: false });
  return texts(pieces, 'plain').join('');
}

/** Text of a Liquid template, as it would leave without escaping. `strict`: what people are warned of is an error. */
function liquid(template: string, context: unknown, snippets: Record<string, string>, strict: boolean): string {
  const parsed = createLiquid(snippets).parse(template, 'body');
  const warning = strict ? parsed.warnings?.[0] : undefined;
  if (warning !== undefined) throw warning;
  const pieces = parsed.run(context as Record<string, unknown>, { now: NOW, fragments: false, automatic: false });
  return texts(pieces, 'plain').join('');
}

/** Whether a run ends as wanted: null for an error that is wanted, a text, or one of several texts. */
function judge(name: string, wanted: string[] | null, run: () => string): Outcome {
  let got: string;
  try {
    got = run();
  } catch (error) {
    if (wanted === null) return { name, problem: null };
    return { name, problem: `error: ${messageOf(error)}; wanted ${JSON.stringify(wanted[0])}` };
  }
  if (wanted === null) return { name, problem: `wanted an error, got ${JSON.stringify(got)}` };
  if (wanted.includes(got)) return { name, problem: null };
  return { name, problem: `got ${JSON.stringify(got)}; wanted ${JSON.stringify(wanted[0])}` };
}

interface GoldenCase {
  name: string;
  template: string;
  data?: unknown;
  templates?: Record<string, string>;
  result?: string;
  results?: string[];
  invalid?: boolean;
}
interface CaseFile {
  context: unknown;
  cases: { cat: string; t: string; context?: unknown; out?: string; v?: unknown }[];
}
interface SpecFile {
  tests: {
    name: string;
    desc: string;
    template: string;
    data: unknown;
    partials?: Record<string, string>;
    expected: string;
  }[];
}
interface PathCase {
  name: string;
  selector: string;
  document: unknown;
  result?: unknown;
  results?: unknown[];
  invalid_selector?: boolean;
}

const read = <T>(...path: string[]): T => parseJson(readFileSync(join(...path), 'utf8')) as T;

/** A file of templates with what the real engine printed, or that it raised an error, or printed one (`isError`). */
function cases(
  render: (template: string, context: unknown) => string,
  isError: (out: string) => boolean = () => false,
): Suite {
  return {
    mustPass: false,
    run: (folder) => {
      const file = read<CaseFile>(folder, 'cases.json');
      return file.cases
        .filter(({ v }) => v === undefined)
        .map((test, i) =>
          judge(`${i} ${test.cat}: ${test.t}`, test.out === undefined || isError(test.out) ? null : [test.out], () =>
            render(test.t, freshExact(test.context ?? file.context)),
          ),
        );
    },
  };
}

/** Suites by how their folder's name begins. */
const suites: Record<string, Suite> = {
  'golden-liquid': {
    mustPass: false,
    run: (folder) =>
      read<{ tests: GoldenCase[] }>(folder, 'golden_liquid.json').tests.map((test) =>
        judge(test.name, test.invalid ? null : (test.results ?? [test.result!]), () =>
          liquid(test.template, test.data ?? {}, test.templates ?? {}, test.invalid === true),
        ),
      ),
  },
  'jinja-': cases(jinja),
  // Where Liquid prints an error into its output, the delivery fails instead.
  'liquid-': cases(
    (template, context) => liquid(template, context, {}, false),
    (out) => out.includes('Liquid error'),
  ),
  'mustache-spec': {
    mustPass: true,
    // Files that begin with a tilde are optional modules.
    run: (folder) =>
      readdirSync(join(folder, 'specs'))
        .filter((file) => file.endsWith('.json') && !file.startsWith('~'))
        .flatMap((file) =>
          read<SpecFile>(folder, 'specs', file).tests.map((test) =>
            judge(`${file} ${test.name}`, [test.expected], () =>
              mustache(test.template, test.data, test.partials ?? {}),
            ),
          ),
        ),
  },
  'mustache-cases': cases((template, context) => mustache(template, context, {})),
  'velocity-': cases(velocity),
  'jsonpath-cts': {
    mustPass: true,
    run: (folder) =>
      (JSON.parse(readFileSync(join(folder, 'cts.json'), 'utf8')) as { tests: PathCase[] }).tests.map((test) => {
        const wanted = test.invalid_selector ? null : (test.results ?? [test.result]).map((r) => JSON.stringify(r));
        const run = () => JSON.stringify(query(test.selector, test.document, false).map((node) => node.value));
        return judge(`${test.name}: ${test.selector}`, wanted, run);
      }),
  },
};

/** Fresh data for a case; keeps exact numbers, which structuredClone would not. */
function freshExact(context: unknown): unknown {
  return parseJson(JSON.stringify(context));
}

function main(args: string[]): number {
  const verbose = args.includes('--verbose');
  const folder = args.find((arg) => !arg.startsWith('--'));
  if (folder === undefined || !existsSync(folder)) {
    console.error('Say which folder holds the suites: npm run conformance -- DIR [--verbose]');
    return 2;
  }
  let bad = 0;
  for (const name of readdirSync(folder).sort()) {
    const suite = Object.entries(suites).find(([begin]) => name.startsWith(begin))?.[1];
    if (suite === undefined) {
      if (!name.includes('.')) console.log(`${name}: skipped, since nothing here speaks its language yet`);
      continue;
    }
    const outcomes = suite.run(join(folder, name));
    const failed = outcomes.filter((outcome) => outcome.problem !== null);
    for (const { name: test, problem } of verbose ? failed : failed.slice(0, 10)) {
      console.log(`  ${test.replaceAll('\n', '\\n').slice(0, 160)}: ${problem!.slice(0, verbose ? 400 : 160)}`);
    }
    if (!verbose && failed.length > 10) console.log(`  … and ${failed.length - 10} more (--verbose shows them)`);
    console.log(`${name}: ${outcomes.length - failed.length} passed, ${failed.length} failed`);
    if (suite.mustPass) bad += failed.length;
  }
  return bad > 0 ? 1 : 0;
}

process.exitCode = main(process.argv.slice(2));
