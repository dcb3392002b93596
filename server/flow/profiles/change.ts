import Big from 'big.js';
import { type AttributeType, attributeName, MAX_PROFILE_BYTES } from '../../../shared/attribute.ts';
import { ExactNumber, type Json, toJson } from '../../platform/json.ts';
import type { ProfileState } from './state.ts';
import { fits, isEmpty, same, typeOf } from './value.ts';

/** One change of one attribute. `remove` takes it away. */
export interface Change {
  attribute: string;
  mode: 'set' | 'set_if_empty' | 'add_to_list' | 'sum' | 'remove';
  value?: Json;
}

/** Types declared in the workspace, by attribute name. */
export type Declared = ReadonlyMap<string, AttributeType>;

/** What became of changes: the profile after them, what was newly declared, what was changed, what was refused and why. */
export interface Changed {
  profile: ProfileState;
  declare: { name: string; type: AttributeType }[];
  changed: string[];
  refused: { attribute: string; reason: string }[];
}

/**
 * Applies changes in order. Pure: the given profile stays as it is. A change that can't be made is refused with a
 * sentence and leaves the others alone; a change that changes nothing leaves the attribute's time and origin.
 *
 * @param at when the change is acknowledged, ms; @param origin a number of ORIGIN
 */
export function applyChanges(
  profile: ProfileState,
  changes: readonly Change[],
  declared: Declared,
  at: number,
  origin: number,
): Changed {
  const result: Changed = { profile, declare: [], changed: [], refused: [] };
  if (changes.length === 0) return result;
  let attributes = profile.attributes;
  let history = profile.changes;
  const copy = () => {
    if (attributes !== profile.attributes) return;
    attributes = { ...attributes };
    history = { ...history };
  };
  const fresh = new Map<string, AttributeType>();
  for (const change of changes) {
    const name = change.attribute;
    const refuse = (reason: string) => result.refused.push({ attribute: name, reason });
    const before = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
    if (change.mode === 'remove') {
      if (before === undefined) continue;
      copy();
      delete attributes[name];
      delete history[name];
      result.changed.push(name);
      continue;
    }
    const named = before === undefined ? attributeName.safeParse(name) : null;
    if (named && !named.success) {
      refuse(`The name ${named.error.issues[0]?.message ?? 'is not allowed'}.`);
      continue;
    }
    const type = declared.get(name) ?? fresh.get(name) ?? null;
    const value = next(before, change, type);
    if ('reason' in value) {
      if (value.reason !== null) refuse(value.reason);
      continue;
    }
    if (type === null) {
      const first = typeOf(value.value);
      if (first !== null) {
        fresh.set(name, first);
        result.declare.push({ name, type: first });
      }
    } else if (!fits(type, value.value)) {
      refuse(`${name} is declared as ${type}, and the value is ${typeOf(value.value) ?? 'null'}.`);
      continue;
    }
    if (before !== undefined && same(before, value.value)) continue;
    copy();
    attributes[name] = value.value;
    const exponent = value.value instanceof ExactNumber && /e/i.test(value.value.text) ? value.value.text : undefined;
    history[name] = exponent === undefined ? [at, origin] : [at, origin, exponent];
    result.changed.push(name);
  }
  if (result.changed.length === 0) return result;
  if (
    Buffer.byteLength(toJson(attributes)) > MAX_PROFILE_BYTES &&
    Buffer.byteLength(toJson(profile.attributes)) < Buffer.byteLength(toJson(attributes))
  ) {
    const reason = `The profile would hold more than ${MAX_PROFILE_BYTES / 1024} KB of attributes.`;
    return {
      profile,
      declare: [],
      changed: [],
      refused: [...result.refused, ...result.changed.map((attribute) => ({ attribute, reason }))],
    };
  }
  result.profile = { ...profile, attributes, changes: history, updatedAt: at, dirty: true, text: null };
  return result;
}

/** The value after the change; `reason: null` means that nothing is to be done. */
function next(
  before: Json | undefined,
  change: Change,
  type: AttributeType | null,
): { value: Json } | { reason: string | null } {
  const value = change.value;
  if (value === undefined) return { reason: 'There is no value to write.' };
  switch (change.mode) {
    case 'set':
      return { value };
    case 'set_if_empty':
      return isEmpty(before) ? { value } : { reason: null };
    case 'add_to_list': {
      const list = before === undefined || before === null ? [] : Array.isArray(before) ? before : [before];
      const wanted = Array.isArray(value) ? value : [value];
      const added: Json[] = [];
      for (const item of wanted) {
        if (item === null || [...list, ...added].some((have) => same(have, item))) continue;
        if (type !== null && type !== 'list' && !fits(type, item)) {
          return { reason: `${change.attribute} is declared as ${type}, and the value is ${typeOf(item)}.` };
        }
        added.push(item);
      }
      return added.length === 0 ? { reason: null } : { value: [...list, ...added] };
    }
    case 'sum': {
      const sum = add(before ?? 0, value);
      return sum === null
        ? {
            reason: `Only numbers can be summed; ${change.attribute} is ${typeOf(before ?? null) ?? 'null'} and the value is ${typeOf(value) ?? 'null'}.`,
          }
        : { value: sum };
    }
    default:
      return { reason: 'The mode is unknown.' };
  }
}

// Sums count in decimal, as numeric does. A result beyond this many characters is refused: 1e1000000 + 1 has a million digits.
const MAX_DIGITS = 400;

function add(a: Json, b: Json): Json | null {
  if ((typeof a !== 'number' && !(a instanceof ExactNumber)) || (typeof b !== 'number' && !(b instanceof ExactNumber)))
    return null;
  if (
    typeof a === 'number' &&
    typeof b === 'number' &&
    Number.isSafeInteger(a) &&
    Number.isSafeInteger(b) &&
    Number.isSafeInteger(a + b)
  )
    return a + b;
  const [x, y] = [new Big(String(a)), new Big(String(b))];
  if (Math.abs(x.e) > MAX_DIGITS || Math.abs(y.e) > MAX_DIGITS) return null;
  const text = x.plus(y).toFixed();
  const plain = Number(text);
  return String(plain) === text ? plain : new ExactNumber(text);
}
