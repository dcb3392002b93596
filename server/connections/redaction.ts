import { Buffer } from 'node:buffer';

/** Hides secrets in what comes back from outside. */
export interface Redactor {
  /** The text without the secrets, in whatever form they stand there. */
  text(body: string): string;
  /**
   * The bytes without the secrets. `cut`: the body was longer than these bytes, so that a secret may stand half at their
   * end; as many bytes are left away as the longest form has.
   */
  bytes(body: Buffer, cut?: boolean): Buffer;
  /** Whether there is a secret too short to be told from chance: then the body isn't recorded at all. */
  tooShort: boolean;
  /** Whether a value is one of the secrets, short ones too: then it isn't mapped. */
  isSecret(value: string): boolean;
}

/** What stands in a secret's place; harmless inside JSON, XML and text. */
export const REDACTED = '[redacted]';
const SHORTEST = 8;

const NOTHING: Redactor = {
  text: (body) => body,
  bytes: (body) => body,
  tooShort: false,
  isSecret: () => false,
};

/**
 * Makes a Redactor of secret values. Found are those of 8 or more characters: as they are, percent-encoded (any
 * characters, either case, `+` for a space), JSON-escaped (any characters), and in base64 at any alignment, also
 * URL-safe. Compressed bodies must be decompressed before.
 */
export function createRedactor(secrets: readonly string[]): Redactor {
  const all = new Set(secrets.filter((secret) => secret !== ''));
  if (all.size === 0) return NOTHING;
  // The longest first: where one secret begins with another, the whole is hidden.
  const long = [...all].filter((secret) => secret.length >= SHORTEST).sort((a, b) => b.length - a.length);
  const tooShort = long.length < all.size;
  const isSecret = (value: string) => all.has(value);
  if (long.length === 0) return { ...NOTHING, tooShort, isSecret };
  const inText = new RegExp(long.flatMap((secret) => forms(secret, escapeCharacter)).join('|'), 'gu');
  const inBytes = new RegExp(long.flatMap((secret) => forms(secret, escapeBytes)).join('|'), 'g');
  const longest = Math.max(...long.map(longestForm));
  return {
    text: (body) => body.replace(inText, REDACTED),
    bytes(body, cut = false) {
      const wire = body.toString('latin1');
      const hidden = wire.replace(inBytes, REDACTED);
      const kept = cut ? hidden.slice(0, Math.max(0, hidden.length - longest)) : hidden;
      return kept.length === wire.length && kept === wire ? body : Buffer.from(kept, 'latin1');
    },
    tooShort,
    isSecret,
  };
}

type Literal = (character: string) => string;

/**
 * Patterns of a secret's forms. Each is a sequence of characters whose alternatives begin differently, so that matching
 * takes no backtracking, whatever the body.
 */
function forms(secret: string, literal: Literal): string[] {
  const characters = [...secret];
  return [
    characters.map(literal).join(''),
    characters.map((character) => jsonForm(character, literal)).join(''),
    characters.map((character) => percentForm(character, literal)).join(''),
    ...[0, 1, 2].map((alignment) => base64Form(secret, alignment)),
  ];
}

const JSON_SHORT: Record<string, string> = {
  '\b': 'b',
  '\f': 'f',
  '\n': 'n',
  '\r': 'r',
  '\t': 't',
  '"': '"',
  '/': '/',
};

function jsonForm(character: string, literal: Literal): string {
  const units = [...Array(character.length).keys()].map((i) => character.charCodeAt(i).toString(16).padStart(4, '0'));
  const unicode = units.map((unit) => `\\\\u${anyCase(unit)}`).join('');
  if (character === '\\') return `(?:\\\\\\\\|${unicode})`;
  const short = JSON_SHORT[character];
  const shortForm = short === undefined ? '' : `|\\\\${escapeCharacter(short)}`;
  return character === '"' ? `(?:${unicode}${shortForm})` : `(?:${literal(character)}|${unicode}${shortForm})`;
}

function percentForm(character: string, literal: Literal): string {
  const encoded = [...Buffer.from(character)].map((byte) => `%${anyCase(byte.toString(16).padStart(2, '0'))}`).join('');
  if (character === '%') return encoded;
  return character === ' ' ? `(?: |\\+|${encoded})` : `(?:${literal(character)}|${encoded})`;
}

/** What of a secret's base64 depends on the secret alone when `before` other bytes (modulo 3) stand before it. */
function base64Form(secret: string, before: number): string {
  const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)]);
  const first = Math.ceil((before * 8) / 6);
  const core = bytes.toString('base64').slice(first, Math.floor((bytes.length * 8) / 6));
  return core.replace(/[+/]/g, (character) =>
    character === '+' ? '(?:[+\\-]|%2[bB])' : '(?:\\\\?\\/|_|%2[fF]|\\\\u002[fF])',
  );
}

function longestForm(secret: string): number {
  const escaped = [...secret].reduce((n, c) => n + Math.max(6 * c.length, 3 * Buffer.byteLength(c)), 0);
  return Math.max(escaped, 3 * Math.ceil((Buffer.byteLength(secret) + 4) / 3) * 4);
}

function escapeCharacter(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

/** A character as its UTF-8 bytes, each a character of Latin-1. */
function escapeBytes(character: string): string {
  return escapeCharacter(Buffer.from(character).toString('latin1'));
}

function anyCase(hex: string): string {
  return hex.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}
