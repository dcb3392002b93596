import { float, integer, type Numeric } from '../core/index.ts';

const FLOAT = /(?:\d+_)*\d+(?:(?:\.(?:\d+_)*\d+)?e[+-]?(?:\d+_)*\d+|\.(?:\d+_)*\d+)/iy;
const INTEGER = /0b(?:_?[01])+|0o(?:_?[0-7])+|0x(?:_?[\da-f])+|[1-9](?:_?\d)*|0(?:_?0)*/iy;
const STRING = /'[^'\\]*(?:\\.[^'\\]*)*'|"[^"\\]*(?:\\.[^"\\]*)*"/sy;
const IDENTIFIER = /^[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*$/u;
const ESCAPE = /\\(?:\n|([0-7]{1,3})|x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([\\'"abfnrtv]))/g;
const SHORT: Record<string, string> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

interface Read<T> {
  value: T;
  end: number;
}

/** A number that is written at `at`, or null. After a dot only digits are read: `a.0.1`. */
export function readNumber(text: string, at: number): Read<Numeric> | null {
  const code = text.charCodeAt(at);
  if (code < 48 || code > 57) return null;
  FLOAT.lastIndex = at;
  const written = text[at - 1] === '.' ? null : FLOAT.exec(text);
  if (written !== null) return { value: float(Number(written[0].replaceAll('_', ''))), end: FLOAT.lastIndex };
  INTEGER.lastIndex = at;
  const whole = INTEGER.exec(text);
  if (whole === null) return null;
  return { value: integer(BigInt(whole[0].replaceAll('_', ''))), end: INTEGER.lastIndex };
}

/** A quoted string at `at`, its escapes resolved, or null. */
export function readString(text: string, at: number): Read<string> | null {
  const quote = text[at];
  if (quote !== '"' && quote !== "'") return null;
  STRING.lastIndex = at;
  const written = STRING.exec(text);
  if (written === null) return null;
  const inner = written[0].slice(1, -1);
  return { value: inner.includes('\\') ? resolve(inner) : inner, end: STRING.lastIndex };
}

function resolve(text: string): string {
  return text
    .replace(ESCAPE, (_all, octal?: string, hex?: string, short?: string, long?: string, char?: string) => {
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
      const code = hex ?? short ?? long;
      if (code !== undefined) return String.fromCodePoint(Math.min(Number.parseInt(code, 16), 0x10ffff));
      return char === undefined ? '' : (SHORT[char] ?? char);
    })
    .toWellFormed();
}

/** Whether a text can be a name of the template. */
export function isIdentifier(name: string): boolean {
  return IDENTIFIER.test(name);
}
