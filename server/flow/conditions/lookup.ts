import { ExactNumber, type Json } from '../../platform/json.ts';

const INDEX = /^(0|[1-9]\d{0,8})$/;

/**
 * The value at a dotted path, or undefined when there is none. At every level the whole rest of the path is tried as a
 * name first, then its first part. Own properties only: `constructor` finds nothing unless somebody sent it.
 * Source: shared/condition.ts.
 */
export function lookup(from: Json | undefined, path: string): Json | undefined {
  let value: Json | undefined = from;
  let rest = path;
  // Every round takes at least one character off the path, which is at most 300 long.
  for (;;) {
    const whole = own(value, rest);
    if (whole !== undefined) return whole;
    const dot = rest.indexOf('.');
    if (dot < 0) return undefined;
    value = own(value, rest.slice(0, dot));
    if (value === undefined) return undefined;
    rest = rest.slice(dot + 1);
  }
}

function own(value: Json | undefined, name: string): Json | undefined {
  if (value === null || typeof value !== 'object' || value instanceof ExactNumber) return undefined;
  if (Array.isArray(value)) return INDEX.test(name) ? value[Number(name)] : undefined;
  return Object.hasOwn(value, name) ? value[name] : undefined;
}
