import type { Comparison, Condition } from '../../../shared/condition.ts';
import { flat, whole } from '../../canvas/ConditionForm.tsx';
import { inWords, WITHOUT_VALUE } from '../../canvas/words.ts';
import type { GetAttributesResponse } from '../../data/api/index.ts';
import { typed } from './naming.ts';

export type Declared = GetAttributesResponse['items'][number];
/** A comparison as it is typed. */
export interface Draft {
  /** Tells it from the others while it is edited. */
  key: number;
  attribute: string;
  op: Comparison['op'];
  text: string;
}
export interface Drafts {
  join: 'all' | 'any';
  list: Draft[];
}

/** The condition in the address; null when there is none, or it can't be read. */
export function readFilter(text: string | undefined): Condition | null {
  if (text === undefined) return null;
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Condition) : null;
  } catch {
    return null;
  }
}

/** The comparisons of a condition, for editing; none when it is deeper than those. */
export function draftsOf(condition: Condition | null): Drafts {
  const simple = condition && safely(() => flat(condition));
  const list = (simple?.list ?? []).map((one, key) => {
    const attribute = 'attribute' in one ? one.attribute : '';
    return { key, attribute, op: one.op, text: shown(one.value) };
  });
  return { join: simple?.join ?? 'all', list };
}

/** What was typed, as the address holds it; undefined when nothing was. */
export function filterOf({ join, list }: Drafts, declared: readonly Declared[]): string | undefined {
  const made = list
    .filter((one) => one.attribute.trim() !== '')
    .map(({ attribute, op, text }): Comparison => {
      const name = attribute.trim();
      if (WITHOUT_VALUE.includes(op)) return { attribute: name, op };
      const type = declared.find((known) => known.name === name)?.type;
      return { attribute: name, op, value: valueFrom(text, op, type) };
    });
  return made.length === 0 ? undefined : JSON.stringify(whole(join, made));
}

function valueFrom(text: string, op: Comparison['op'], type: Declared['type'] | undefined): Comparison['value'] {
  const one = (part: string) => (type === 'text' ? part : (typed(part) as Comparison['value']));
  if (op !== 'one_of') return one(text) ?? null;
  const list = typed(text);
  if (Array.isArray(list)) return list;
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => one(part) ?? null);
}

const shown = (value: unknown): string => {
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((one) => typeof one === 'string' && !one.includes(',')))
    return value.join(', ');
  return value === undefined ? '' : JSON.stringify(value);
};

/** Each part of a condition that can be taken away by itself, in words, with what is left then. */
export function partsOf(text: string | undefined): { label: string; left: string | undefined }[] {
  if (text === undefined) return [];
  const condition = readFilter(text);
  const words = condition && safely(() => inWords(condition));
  if (!condition || !words) return [{ label: 'a filter that can not be read', left: undefined }];
  const simple = flat(condition);
  if (!simple || simple.join === 'any' || simple.list.length === 1) return [{ label: words, left: undefined }];
  return simple.list.map((one) => ({
    label: inWords(one),
    left: JSON.stringify(
      whole(
        'all',
        simple.list.filter((other) => other !== one),
      ),
    ),
  }));
}

// What stands in the address may have any form.
function safely<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}
