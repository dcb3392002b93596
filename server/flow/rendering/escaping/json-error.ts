const TOKEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what a JSON string must not hold
  /[{}[\],:]|"(?:[^"\\\0-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const SPACE = /[ \t\n\r]*/y;

/** What may come next. `first…`: directly after the bracket that opens. */
type State = 'value' | 'firstValue' | 'key' | 'firstKey' | 'colon' | 'after';

/**
 * Where a text stops being JSON: the offset of the first character that can't stand there, or the text's length when
 * its end is missing. JSON.parse doesn't always say it. For texts that JSON.parse has refused.
 */
export function jsonErrorAt(text: string): number {
  const open: string[] = [];
  let state: State = 'value';
  let at = 0;
  for (;;) {
    SPACE.lastIndex = at;
    SPACE.test(text);
    at = SPACE.lastIndex;
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text)?.[0];
    if (token === undefined) return at;
    const next = follow(token, state, open);
    if (next === null) return at;
    state = next;
    at += token.length;
  }
}

function follow(token: string, state: State, open: string[]): State | null {
  switch (state) {
    case 'colon':
      return token === ':' ? 'value' : null;
    case 'key':
    case 'firstKey':
      if (token.startsWith('"')) return 'colon';
      return token === '}' && state === 'firstKey' ? close(open) : null;
    case 'after':
      if (token === ',' && open.length > 0) return open.at(-1) === '}' ? 'key' : 'value';
      return token === open.at(-1) ? close(open) : null;
    default:
      if (token === ']' && state === 'firstValue') return close(open);
      if (token === '{' || token === '[') {
        open.push(token === '{' ? '}' : ']');
        return token === '{' ? 'firstKey' : 'firstValue';
      }
      return '}],:'.includes(token) ? null : 'after';
  }
}

function close(open: string[]): State {
  open.pop();
  return 'after';
}
