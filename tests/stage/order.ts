import { BaseSequencer, type TestSpecification } from 'vitest/node';

// What takes longest, by far the longest first; the order of the rest makes no difference.
const LONG = [
  'e2e/looks',
  'e2e/limits',
  'e2e/campaigns',
  'e2e/lists',
  'e2e/scenario-pages',
  'e2e/start',
  'e2e/restart',
  'e2e/two-people',
  'e2e/composing-page',
  'e2e/web',
  'delivery/delivery',
  'batches/batches',
  'rendering/pool',
  'schema/retention',
  'api/session',
  'api/accounts',
  'platform/processes',
  'rendering/hostile',
];

/** Begins with the longest files, so that no worker is left alone with one of them at the end. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const found = LONG.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
      return found < 0 ? LONG.length : found;
    };
    return (await super.sort(files)).toSorted((a, b) => place(a) - place(b));
  }
}
