import type { Named } from '../../components/templates/names.ts';
import type { Definition } from './draft.ts';
import type { Fault, TryWith } from './trial.ts';

export type Marked = Fault & { warning?: boolean };

/** What the fields of a webhook are drawn with. */
export interface Composing {
  draft: Definition;
  change: (part: Partial<Definition>) => void;
  names: readonly Named[];
  /** Faults and warnings, by field. */
  faults: readonly Marked[];
  wrong: (field: string) => string | undefined;
  may: boolean;
  mayUrls: boolean;
  webhookId: string;
  /** For whom it is tried beside. */
  with_: TryWith;
}

/** What a template's field needs to complete names, and to mark what is wrong with it at its place. */
export function placed(
  { draft, names, faults, wrong }: Pick<Composing, 'draft' | 'names' | 'faults' | 'wrong'>,
  field: string,
) {
  return {
    language: draft.language,
    names,
    snippets: Object.keys(draft.snippets),
    // Without a place in the text, nothing is underlined: the sentence below is all there is to say.
    marks: faults.filter((fault) => fault.field === field && fault.line > 0),
    error: wrong(field),
  };
}
