/** JSON Schema, as far as the API's document uses it. */
export interface Schema {
  type?: string | string[];
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  enum?: unknown[];
  const?: unknown;
  $ref?: string;
  description?: string;
  default?: unknown;
  format?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  pattern?: string;
}
interface Parameter {
  name: string;
  in: string;
  required: boolean;
  schema: Schema;
}
interface Content {
  content?: Record<string, { schema: Schema }>;
}
export interface Operation {
  operationId: string;
  summary: string;
  tags: string[];
  'x-scope': string;
  parameters: Parameter[];
  requestBody?: Content;
  responses: Record<string, Content & { description: string }>;
}
export interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

/** The schema of a JSON body, or undefined. */
export const jsonOf = (of: Content | undefined): Schema | undefined => of?.content?.['application/json']?.schema;

/** The schema itself, where it is a reference to one. */
export function resolved(schema: Schema, document: Document): Schema {
  const name = schema.$ref?.replace('#/components/schemas/', '');
  return (name === undefined ? schema : document.components.schemas[name]) ?? {};
}

const FEW = 4;

/** What a value may be, in few words. */
export function typeOf(given: Schema, document: Document, depth = 0): string {
  const schema = resolved(given, document);
  if (schema.enum) return schema.enum.map((one) => JSON.stringify(one)).join(' | ');
  if ('const' in schema) return JSON.stringify(schema.const);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) {
    if (depth > 1) return '…';
    const words = [...new Set(choices.map((one) => typeOf(one, document, depth + 1)))];
    return words.length > FEW ? `${words.slice(0, FEW).join(' | ')} | …` : words.join(' | ');
  }
  if (schema.type === 'array')
    return `list of ${schema.items ? typeOf(schema.items, document, depth + 1) : 'anything'}`;
  const name = Array.isArray(schema.type) ? schema.type.join(' | ') : (schema.type ?? 'anything');
  return schema.format === 'date-time' ? 'time' : (schema.format ?? name);
}

/** What a value must keep to, beside its type. */
export function boundsOf(given: Schema, document: Document): string {
  const { minLength, maxLength, minimum, maximum, default: usual } = resolved(given, document);
  return [
    minLength === 1 && 'not empty',
    minLength !== undefined && minLength > 1 && `at least ${minLength} characters`,
    maxLength !== undefined && `at most ${maxLength.toLocaleString('en')} characters`,
    minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER && `from ${minimum.toLocaleString('en')}`,
    maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER && `up to ${maximum.toLocaleString('en')}`,
    usual !== undefined && `else ${JSON.stringify(usual)}`,
  ]
    .filter(Boolean)
    .join(', ');
}

/** The kinds of object that a value is, or a list is of; each with its fields. */
export function shapesOf(given: Schema, document: Document): Schema[] {
  const schema = resolved(given, document);
  if (schema.properties) return [schema];
  if (schema.items) return shapesOf(schema.items, document);
  return (schema.anyOf ?? schema.oneOf ?? []).flatMap((one) => shapesOf(one, document));
}

const SAMPLES: Record<string, string> = {
  url: 'https://example.com/',
  email: 'ada@example.com',
  name: 'A name',
  event: 'Order Completed',
};

/** The least body that the API takes for a schema, with examples where any text won't do. */
export function sampleOf(given: Schema, document: Document, name = '', depth = 0): unknown {
  const schema = resolved(given, document);
  if ('const' in schema) return schema.const;
  if (schema.default !== undefined) return schema.default;
  if (schema.enum) return schema.enum[0];
  const choice = schema.anyOf?.[0] ?? schema.oneOf?.[0];
  if (choice) return sampleOf(choice, document, name, depth);
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (type === 'object' && depth < 5) {
    const needed = schema.required ?? [];
    // Without anything that is needed, the first field shows how it goes.
    const shown = needed.length > 0 || depth > 0 ? needed : Object.keys(schema.properties ?? {}).slice(0, 1);
    return Object.fromEntries(
      shown.map((key) => [key, sampleOf(schema.properties?.[key] ?? {}, document, key, depth + 1)]),
    );
  }
  if (type === 'array') return schema.items && depth < 5 ? [sampleOf(schema.items, document, name, depth + 1)] : [];
  if (type === 'boolean') return true;
  if (type === 'integer' || type === 'number') return Math.max(1, schema.minimum ?? 1);
  return SAMPLES[name] ?? 'text';
}

/** The operation as a command: `$KEY` is the API key, parameters in capitals are to be filled in. */
export function curlOf(method: string, path: string, operation: Operation, document: Document, origin: string): string {
  const needed = operation.parameters.filter((one) => one.in === 'query' && one.required);
  const query = needed.map(({ name }) => `${name}=${name.toUpperCase()}`).join('&');
  const address = `${origin}${path.replace(/\{(\w+)\}/g, (_, name: string) => name.toUpperCase())}${query && `?${query}`}`;
  const schema = jsonOf(operation.requestBody);
  const body = schema && JSON.stringify(sampleOf(schema, document), null, 2).replaceAll("'", "'\\''");
  return [
    `curl${method === 'GET' ? '' : ` -X ${method}`} '${address}'`,
    `  -H "Authorization: Bearer $KEY"`,
    ...(body ? [`  -H 'content-type: application/json'`, `  -d '${body}'`] : []),
  ].join(' \\\n');
}
