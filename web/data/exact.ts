type Source = { source: string };
type Exact = (text: string, reviver: (key: string, value: unknown, context?: Source) => unknown) => unknown;
const rawJSON = (JSON as unknown as { rawJSON?: (text: string) => unknown }).rawJSON;

/**
 * JSON whose numbers are sent on as they were written: one that a double can't hold keeps its text (where the browser
 * can; TC39 "JSON.parse source text access"). Throws a SyntaxError as JSON.parse does.
 */
export function parseExact(text: string): unknown {
  return (JSON.parse as Exact)(text, (_key, value, context) =>
    typeof value === 'number' && rawJSON && context && context.source !== String(value)
      ? rawJSON(context.source)
      : value,
  );
}
