import type { Definition } from './draft.ts';

export type BatchOf = NonNullable<Definition['batch']>;

/** A root template that puts the parts into a list, in each language. */
const ROOTS: Record<Definition['language'], string> = {
  liquid: '[{{ customers | join: "," }}]',
  jinja: "[{% output customers separated by ',' %}]",
  mustache: '[{{{batch.list}}}]',
  velocity: '[$batch.list]',
};

/** The definition's part that turns batches on: what was the body becomes one profile's part. */
export function batched(draft: Definition): Partial<Definition> {
  return {
    body: ROOTS[draft.language],
    batch: {
      size: 100,
      bytes: 1_048_576,
      wait_ms: 1_000,
      customer: draft.body.trim() === '' ? '{}' : draft.body,
      split_on: [],
    },
  };
}

/** The part that turns batches off again: what was one profile's part is the body. */
export const unbatched = (draft: Definition): Partial<Definition> => ({
  body: draft.batch?.customer ?? draft.body,
  batch: undefined,
});
