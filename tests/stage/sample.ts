import { z } from 'zod';

type Schema = Record<string, unknown> & {
  type?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  enum?: unknown[];
  items?: Schema;
  $defs?: Record<string, Schema>;
};

/** The least value that a schema takes, and `known`: values for properties by name, where any text, or none, won't do. */
export function sampleOf(schema: z.ZodType, known: Record<string, unknown> = {}): unknown {
  const root = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Schema;
  const make = (given: Schema): unknown => {
    const ref = typeof given.$ref === 'string' ? root.$defs?.[given.$ref.replace('#/$defs/', '')] : undefined;
    if (ref) return make(ref);
    if ('const' in given) return given.const;
    if ('default' in given) return given.default;
    if (given.enum) return given.enum[0];
    const choice = given.anyOf?.[0] ?? given.oneOf?.[0];
    if (choice) return make(choice);
    switch (given.type) {
      case 'object':
        return Object.fromEntries(
          [
            ...new Set([
              ...(given.required ?? []),
              ...Object.keys(known).filter((name) => given.properties && name in given.properties),
            ]),
          ].map((name) => [name, known[name] ?? make(given.properties?.[name] ?? {})]),
        );
      case 'array':
        return given.minItems ? [make(given.items ?? {})] : [];
      case 'integer':
      case 'number':
        return given.minimum ?? 1;
      case 'boolean':
        return true;
      default:
        return 'x'.repeat(Math.max(1, Number(given.minLength ?? 1)));
    }
  };
  return make(root);
}
