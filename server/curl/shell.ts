/** A command that can't be read: what about it, and what to do. */
export class CurlError extends Error {}

/** The words of a command as a POSIX shell would hand them over, and what it would have done besides. */
export interface Words {
  words: string[];
  notes: string[];
}

const MAX_WORDS = 2_000;
const WINDOWS =
  'This is the form for the Windows command line (with ^). Choose "Copy as cURL (bash)" in the browser, and paste that.';
const NAMED: Record<string, string> = {
  a: '\x07',
  b: '\b',
  e: '\x1b',
  E: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/**
 * Splits a command as a POSIX shell does, with `$'…'` as bash has it. Nothing is run or filled in: variables stay as
 * they are written, with a note; what follows a pipe or a redirection is left out, with a note. Throws CurlError.
 */
export function splitCommand(command: string): Words {
  // From a machine where every line ends so; beside other line ends they stand in a body, and belong there.
  const text = /(?<!\r)\n/.test(command) ? command : command.replaceAll('\r\n', '\n');
  const words: string[] = [];
  const notes = new Set<string>();
  let word: string | null = null;
  let at = 0;
  const add = (more: string) => {
    word = (word ?? '') + more;
  };
  const end = () => {
    if (word === null) return;
    if (words.push(word) > MAX_WORDS) throw new CurlError(`The command has more than ${MAX_WORDS} words.`);
    word = null;
  };
  const until = (quote: string, from: number, what: string) => {
    const close = text.indexOf(quote, from);
    if (close < 0) throw new CurlError(`A ${what} quote is opened and never closed.`);
    return close;
  };
  /** A dollar outside of single quotes: filled in by a shell, kept here. */
  const dollar = () => {
    if (text[at + 1] === '(') throw new CurlError('The command runs another one, $(…). Put its result there instead.');
    const name = /^\$(?:\{[^}\n]{1,200}\}|\w+|[@*#?$!-])/.exec(text.slice(at, at + 210))?.[0];
    if (name) notes.add(`A shell would fill in ${name}: it is taken as it stands, so put the value in its place.`);
    add(name ?? '$');
    at += name?.length ?? 1;
  };
  while (at < text.length) {
    const char = text[at]!;
    if (char === ' ' || char === '\t' || char === '\n') {
      // A line of its own is a command of its own, but the first may be empty.
      end();
      if (char === '\n' && words.length > 0 && text.slice(at).trim() !== '') {
        if (/^\s*-/.test(text.slice(at, at + 200)))
          notes.add('A line ends without a backslash; it was read on, since the next one begins with an option.');
        else throw new CurlError('There is more than one command. Paste one at a time (a line goes on after a \\).');
      }
      at++;
    } else if (char === "'") {
      const close = until("'", at + 1, 'single');
      add(text.slice(at + 1, close));
      at = close + 1;
    } else if (char === '$' && text[at + 1] === "'") {
      const [read, next] = ansiQuoted(text, at + 2);
      add(read);
      at = next;
    } else if (char === '$') {
      dollar();
    } else if (char === '"') {
      add('');
      at++;
      for (; text[at] !== '"'; ) {
        const inner = text[at];
        if (inner === undefined) throw new CurlError('A double quote is opened and never closed.');
        if (inner === '\\' && '$`"\\\n'.includes(text[at + 1] ?? ' ')) {
          if (text[at + 1] !== '\n') add(text[at + 1]!);
          at += 2;
        } else if (inner === '`') throw new CurlError('The command runs another one, in `…`. Put its result there.');
        else if (inner === '$') dollar();
        else {
          add(inner);
          at++;
        }
      }
      at++;
    } else if (char === '\\') {
      if (text[at + 1] === undefined) break;
      if (text[at + 1] !== '\n') add(text[at + 1]!);
      at += 2;
    } else if (char === '^' && (text[at + 1] === '\n' || text[at + 1] === '"')) {
      throw new CurlError(WINDOWS);
    } else if (char === '`') {
      throw new CurlError(
        'A backtick runs another command in a shell, and goes on in PowerShell: neither is read. Use the form for bash.',
      );
    } else if (char === '#' && word === null) {
      const line = text.indexOf('\n', at);
      at = line < 0 ? text.length : line;
    } else if (char === '|' || char === '>' || char === ';' || char === '&') {
      end();
      const rest = text.slice(at).trim();
      if (char === '&' && /^&[^&\s]/.test(rest))
        throw new CurlError('An & ends the command in a shell. Put the URL, or the data, between quotes.');
      if (!/^[;&]$/.test(rest)) notes.add(`What follows ${rest.slice(0, 30)} is no part of the request.`);
      break;
    } else if (char === '<') {
      throw new CurlError('The command reads from a file or from lines below it (<). Put the data into -d instead.');
    } else if ((char === '(' || char === ')') && word === null) {
      throw new CurlError('The command stands in brackets. Paste what begins with curl.');
    } else {
      add(char);
      at++;
    }
  }
  end();
  return { words, notes: [...notes] };
}

/** The text of `$'…'` from after its quote, and where it ends. */
function ansiQuoted(text: string, from: number): [string, number] {
  // Bytes: \x and octal escapes may make up one character together.
  const parts: Buffer[] = [];
  let at = from;
  const put = (part: string | number) => parts.push(typeof part === 'number' ? Buffer.of(part) : Buffer.from(part));
  while (text[at] !== "'") {
    const char = text[at];
    if (char === undefined) throw new CurlError("A $' quote is opened and never closed.");
    if (char !== '\\') {
      const next = /['\\]/g;
      next.lastIndex = at;
      const stop = next.exec(text)?.index ?? text.length;
      put(text.slice(at, stop));
      at = stop;
      continue;
    }
    const rest = text.slice(at + 1, at + 10);
    const hex = /^x([0-9a-fA-F]{1,2})/.exec(rest);
    const code = /^(?:u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8}))/.exec(rest);
    const octal = /^[0-7]{1,3}/.exec(rest);
    if (hex) put(Number.parseInt(hex[1]!, 16));
    else if (octal) put(Number.parseInt(octal[0], 8) & 255);
    else if (code) {
      // Browsers write a character beyond the first 65,536 as two halves.
      const pair = /^u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})/.exec(text.slice(at + 1, at + 13));
      const value = Number.parseInt((code[1] ?? code[2])!, 16);
      if (value > 0x10ffff) throw new CurlError(`\\${code[0]} is no character.`);
      put(
        pair
          ? String.fromCharCode(Number.parseInt(pair[1]!, 16), Number.parseInt(pair[2]!, 16))
          : String.fromCodePoint(value),
      );
      at += (pair ?? code)[0].length + 1;
      continue;
    } else if (rest === '') throw new CurlError("A $' quote is opened and never closed.");
    else put(NAMED[rest[0]!] ?? (/['"\\?]/.test(rest[0]!) ? rest[0]! : `\\${rest[0]}`));
    at += (hex ?? octal ?? [' '])[0].length + 1;
  }
  return [Buffer.concat(parts).toString('utf8'), at + 1];
}
