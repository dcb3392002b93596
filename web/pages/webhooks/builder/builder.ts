import type { Format, TemplateLanguage } from '../../../components/templates/languages.ts';
import { decoded, encoded, parseForm } from './form.ts';
import { type JsonObject, parseObject, quoted, textIn } from './json.ts';
import { Unheld } from './text.ts';

/**
 * A field of a body. `text`: a text, shown as it reads; `json`: a JSON value, or pieces of template that print one, as it
 * is written; `object`: the rows after it that are one deeper.
 */
export interface Row {
  depth: number;
  key: string;
  kind: 'text' | 'json' | 'object';
  value: string;
}

/** What a body is written in. */
export interface Written {
  language: TemplateLanguage;
  format: Format;
}

/** A change of one row, which is named by its place among the rows. */
export type Change =
  | { do: 'key'; at: number; key: string }
  | { do: 'value'; at: number; kind: 'text' | 'json'; value: string }
  | { do: 'remove'; at: number }
  /** After the others of an object: of the row `at`, or of the body. */
  | { do: 'add'; at: number | null; key: string; kind: 'text' | 'json'; value: string };

type Span = [from: number, to: number];
interface Held {
  row: Row;
  key: Span;
  value: Span;
  /** What goes when the row does. */
  whole: Span;
  object: JsonObject | null;
}

const MOST_ROWS = 200;

/**
 * A body as fields, or why it can't be held as such. The text itself stays the truth: a change of a row touches its own
 * place alone, so that everything else keeps its bytes.
 */
export function rowsOf(body: string, written: Written): { rows: Row[] } | { why: string } {
  try {
    const rows = held(body, written).map(({ row }) => row);
    return rows.length > MOST_ROWS ? { why: `it has more than ${MOST_ROWS} fields` } : { rows };
  } catch (error) {
    if (error instanceof Unheld) return { why: error.message };
    throw error;
  }
}

function held(body: string, { language, format }: Written): Held[] {
  if (format === 'form') return heldForm(body, language);
  if (format !== 'json') throw new Unheld('only JSON and forms have fields');
  return body.trim() === '' ? [] : heldObject(body, language, parseObject(language, body), 0);
}

function heldObject(body: string, language: TemplateLanguage, object: JsonObject, depth: number): Held[] {
  const { members } = object;
  return members.flatMap(({ key, value, inner }, i): Held[] => {
    const name = textIn(language, body.slice(...key));
    if (name === null)
      throw new Unheld(`the name ${body.slice(...key).slice(0, 40)} has signs that a field can't show`);
    const written = body.slice(...value);
    const content = /^".*"$/s.test(written) ? written.slice(1, -1) : null;
    const text = content !== null && whole(language, written) ? textIn(language, content) : null;
    const row: Row = inner
      ? { depth, key: name, kind: 'object', value: '' }
      : { depth, key: name, kind: text === null ? 'json' : 'text', value: text ?? written };
    const next = members[i + 1];
    const last = members[i - 1];
    // With its comma: the one after it, or for the last one before it.
    const goes: Span = next
      ? [key[0] - 1, next.key[0] - 1]
      : [last ? last.value[1] : object.from + 1, last ? value[1] : object.to - 1];
    const self: Held = { row, key, value, whole: goes, object: inner };
    return [self, ...(inner ? heldObject(body, language, inner, depth + 1) : [])];
  });
}

/** Whether quotes enclose one text, not several pieces. */
function whole(language: TemplateLanguage, written: string): boolean {
  try {
    const [member] = parseObject(language, `{"k":${written}}`).members;
    return quotesEnd(language, written) && member?.value[1] === written.length + 5;
  } catch {
    return false;
  }
}

function quotesEnd(language: TemplateLanguage, written: string): boolean {
  // As a name, a text ends at its own quote: what follows it must be the colon that is put there.
  try {
    const [member] = parseObject(language, `{${written}:1}`).members;
    return member?.key[1] === written.length;
  } catch {
    return false;
  }
}

function heldForm(body: string, language: TemplateLanguage): Held[] {
  const fields = parseForm(language, body);
  return fields.map(({ key, value }, i): Held => {
    const [name, text] = [key, value].map((span) => decoded(language, body.slice(...span)));
    if (name == null || text == null)
      throw new Unheld(`${body.slice(key[0], value[1]).slice(0, 40)} can't be shown as it reads`);
    const next = fields[i + 1];
    const goes: Span = next ? [key[0], next.key[0]] : [i > 0 ? key[0] - 1 : key[0], value[1]];
    return { row: { depth: 0, key: name, kind: 'text', value: text }, key, value, whole: goes, object: null };
  });
}

/** The body with one row changed; or why it can't be said so. No other row is touched. */
export function changed(body: string, change: Change, written: Written): { body: string } | { why: string } {
  try {
    const before = held(body, written);
    const next = put(body, before, change, written);
    const rows = held(next, written).map(({ row }) => row);
    return same(expected(before, change), rows) ? { body: next } : { why: 'It would become more than one field.' };
  } catch (error) {
    if (error instanceof Unheld) return { why: `It can't be written so: ${error.message}.` };
    throw error;
  }
}

const same = (one: readonly Row[], other: readonly Row[]) =>
  one.length === other.length &&
  one.every((row, i) => {
    const to = other[i]!;
    return (
      row.depth === to.depth &&
      row.key === to.key &&
      (row.kind === to.kind ? row.value === to.value : row.kind === 'json')
    );
  });

/** The rows as they should read afterwards. */
function expected(before: readonly Held[], change: Change): Row[] {
  const rows = before.map(({ row }) => row);
  if (change.do === 'key') return rows.map((row, i) => (i === change.at ? { ...row, key: change.key } : row));
  if (change.do === 'remove') return [...rows.slice(0, change.at), ...rows.slice(endOf(rows, change.at))];
  const value = change.kind === 'json' ? change.value.trim() : change.value;
  if (change.do === 'value')
    return [
      ...rows.slice(0, change.at),
      { ...rows[change.at]!, kind: change.kind, value },
      ...rows.slice(endOf(rows, change.at)),
    ];
  const depth = change.at === null ? 0 : rows[change.at]!.depth + 1;
  const at = change.at === null ? rows.length : endOf(rows, change.at);
  return [...rows.slice(0, at), { depth, key: change.key, kind: change.kind, value }, ...rows.slice(at)];
}

/** After a row and all that stands in it. */
function endOf(rows: readonly Row[], at: number): number {
  const { depth } = rows[at]!;
  const next = rows.findIndex((row, i) => i > at && row.depth <= depth);
  return next === -1 ? rows.length : next;
}

function put(body: string, rows: readonly Held[], change: Change, written: Written): string {
  const over = ([from, to]: Span, text: string) => body.slice(0, from) + text + body.slice(to);
  if (change.do === 'add') return added(body, rows, change, written);
  const { key, value, whole } = rows[change.at]!;
  if (change.do === 'remove') return over(whole, '');
  if (change.do === 'key') return over(key, name(change.key, written));
  return over(value, saidValue(change, written));
}

function name(key: string, { language, format }: Written): string {
  const said = format === 'form' ? encoded(language, key) : quoted(language, key)?.slice(1, -1);
  if (said == null) throw new Unheld('the name holds something that never ends');
  return said;
}

function saidValue(given: { kind: 'text' | 'json'; value: string }, { language, format }: Written): string {
  if (format === 'json' && given.kind === 'json') return given.value.trim();
  const said = format === 'form' ? encoded(language, given.value) : quoted(language, given.value);
  if (said === null) throw new Unheld('a placeholder is begun and never ended');
  return said;
}

function added(body: string, rows: readonly Held[], change: Extract<Change, { do: 'add' }>, written: Written): string {
  const value = saidValue(change, written);
  if (written.format === 'form') return `${body.trim() === '' ? '' : `${body}&`}${name(change.key, written)}=${value}`;
  const member = `"${name(change.key, written)}": ${value}`;
  if (body.trim() === '') return `{\n  ${member}\n}`;
  const object = change.at === null ? parseObject(written.language, body) : rows[change.at]!.object;
  if (!object) throw new Unheld('only an object takes more fields');
  const last = object.members.at(-1);
  const indent = (at: number) => /[ \t]*$/.exec(/^[ \t]*/.exec(body.slice(body.lastIndexOf('\n', at - 1) + 1))![0])![0];
  if (last === undefined) {
    const outer = indent(object.from);
    return `${body.slice(0, object.from)}{\n${outer}  ${member}\n${outer}}${body.slice(object.to)}`;
  }
  // As the one before it stands: on a line of its own, or beside it.
  const begin = last.key[0] - 1;
  const before = /\s*$/.exec(body.slice(object.from + 1, begin))![0];
  const gap = before.includes('\n') ? `\n${indent(begin)}` : ' ';
  return `${body.slice(0, last.value[1])},${gap}${member}${body.slice(last.value[1])}`;
}
