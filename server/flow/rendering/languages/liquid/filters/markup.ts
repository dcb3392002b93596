/** Filters for HTML and URLs, and base64. */
import {
  concat,
  escapeHtml,
  fromParts,
  LanguageError,
  marked,
  partsOf,
  percent,
  type Safe,
  type Text,
  type Value,
} from '../../core/index.ts';
import { textOf, toText } from '../print.ts';
import type { Run } from '../run.ts';
import { type Act, filter, type Named } from './filter.ts';

const escapeOnce = (text: string) => text.replace(/["'<>]|&(?!(?:[a-zA-Z]{1,40}|#\d{1,10});)/g, escapeHtml);

/** Percent-encoding, a space as `+`. */
const encode = (text: string) => percent(text).replaceAll('%20', '+');

/** Each part changed; data that is safe now in one sort of place is marked so. */
function madeSafe(change: (text: string) => string, safe: Safe): Act {
  return (value, _args, run) => {
    if (value === null || value === undefined) return null;
    const text = toText(value, run);
    run.budget.use(String(text).length * 3);
    if (!run.options.automatic || String(text) === '') return change(String(text));
    const parts = partsOf(text).map((part) => ({
      text: change(part.text),
      safe: part.safe === 'nowhere' ? safe : part.safe,
    }));
    return fromParts(parts);
  };
}

function decode(value: Value, run: Run): Value {
  if (value === null || value === undefined) return null;
  const bytes: number[] = [];
  const text = textOf(value, run.budget).replaceAll('+', ' ');
  run.budget.use(text.length);
  if (!text.includes('%')) return text;
  for (const part of text.split(/(%[\da-fA-F]{2})/)) {
    if (/^%[\da-fA-F]{2}$/.test(part)) bytes.push(Number.parseInt(part.slice(1), 16));
    else for (const byte of Buffer.from(part, 'utf8')) bytes.push(byte);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes));
  } catch {
    throw new LanguageError('The text is no UTF-8 once its percent signs are decoded.');
  }
}

/** Without what stands between two marks, searched once from the left. */
function without(text: string, open: string, close: string): string {
  let kept = '';
  let at = 0;
  for (let start = text.indexOf(open); start !== -1; start = text.indexOf(open, at)) {
    const end = text.indexOf(close, start + open.length);
    if (end === -1) break;
    kept += text.slice(at, start);
    at = end + close.length;
  }
  return kept + text.slice(at);
}

/** The first of some blocks to begin goes first, as one search for all of them does it. */
function withoutBlocks(text: string): string {
  const blocks: [string, string][] = [
    ['<script', '</script>'],
    ['<!--', '-->'],
    ['<style', '</style>'],
  ];
  let kept = '';
  let at = 0;
  const open = /<script|<!--|<style/g;
  const last = new Map(blocks.map(([begin, end]) => [begin, text.lastIndexOf(end)]));
  for (let found = open.exec(text); found !== null; found = open.exec(text)) {
    const close = blocks.find(([begin]) => begin === found![0])![1];
    if (last.get(found[0])! < found.index + found[0].length) continue;
    const end = text.indexOf(close, found.index + found[0].length);
    kept += text.slice(at, found.index);
    at = end + close.length;
    open.lastIndex = at;
  }
  return kept + text.slice(at);
}

function stripHtml(value: Value, _args: readonly Value[], run: Run): string {
  const text = String(toText(value, run));
  run.budget.use(text.length);
  return without(withoutBlocks(text), '<', '>');
}

function newlineToBr(value: Value, _args: readonly Value[], run: Run): Text {
  const text = toText(value, run);
  const br = marked('<br />\n', 'xml');
  const plain = !run.options.automatic;
  const lines = partsOf(text).flatMap((part) =>
    part.text.split(/\r?\n/).flatMap((line, i): Text[] => {
      const own = fromParts([{ text: line, safe: part.safe }]);
      return i === 0 ? [own] : [plain ? '<br />\n' : br, own];
    }),
  );
  run.budget.items(lines.length);
  return concat(lines, run.budget);
}

function base64(value: Value, urlSafe: boolean, run: Run): string {
  const text = String(toText(value, run));
  run.budget.use(text.length * 2);
  const encoded = Buffer.from(text.toWellFormed(), 'utf8').toString('base64');
  return urlSafe ? encoded.replaceAll('+', '-').replaceAll('/', '_') : encoded;
}

function fromBase64(value: Value, urlSafe: boolean, run: Run): string {
  const text = textOf(value, run.budget);
  const plain = urlSafe ? text.replaceAll('-', '+').replaceAll('_', '/') : text;
  const padded = urlSafe && !plain.includes('=') ? plain.padEnd(Math.ceil(plain.length / 4) * 4, '=') : plain;
  run.budget.use(text.length);
  if (padded.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(padded)) {
    throw new LanguageError(`This is no base64: ${text.slice(0, 60)}`);
  }
  return Buffer.from(padded, 'base64').toString('utf8');
}

const UNESCAPED: Record<string, string> = { amp: '&', gt: '>', lt: '<', quot: '"', '#39': "'", apos: "'" };

export const markupFilters: Named[] = [
  filter('escape', 0, 0, madeSafe(escapeHtml, 'xml')),
  filter('h', 0, 0, madeSafe(escapeHtml, 'xml')),
  filter('xml_escape', 0, 0, madeSafe(escapeHtml, 'xml')),
  filter('escape_once', 0, 0, (value, args, run) => madeSafe(escapeOnce, 'xml')(value ?? '', args, run)),
  filter('unescape', 0, 0, (value, _args, run) =>
    String(toText(value, run)).replace(/&(amp|gt|lt|quot|apos|#39);/g, (_all, name: string) => UNESCAPED[name]!),
  ),
  filter('url_encode', 0, 0, madeSafe(encode, 'url')),
  filter('cgi_escape', 0, 0, madeSafe(encode, 'url')),
  filter(
    'uri_escape',
    0,
    0,
    madeSafe((text) => encodeURI(text.toWellFormed()).replace(/%5B/g, '[').replace(/%5D/g, ']'), 'url'),
  ),
  filter(
    'url_escape',
    0,
    0,
    madeSafe((text) => encodeURI(text.toWellFormed()), 'url'),
  ),
  filter(
    'url_param_escape',
    0,
    0,
    madeSafe((text) => encodeURI(text.toWellFormed()).replaceAll('&', '%26'), 'url'),
  ),
  filter('url_decode', 0, 0, (value, _args, run) => decode(value, run)),
  filter('strip_html', 0, 0, stripHtml),
  filter('newline_to_br', 0, 0, newlineToBr),
  filter('base64_encode', 0, 0, (value, _args, run) => base64(value, false, run)),
  filter('base64_decode', 0, 0, (value, _args, run) => fromBase64(value, false, run)),
  filter('base64_url_safe_encode', 0, 0, (value, _args, run) => base64(value, true, run)),
  filter('base64_url_safe_decode', 0, 0, (value, _args, run) => fromBase64(value, true, run)),
];
