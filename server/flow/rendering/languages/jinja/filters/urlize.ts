import { isText, LanguageError, marked, type Text, type Value } from '../../core/index.ts';
import { str } from '../print.ts';
import type { Run } from '../run.ts';
import { asIndex, isTrue, iterate } from '../types.ts';
import { asMarkup, escapeHtml, escapeMarkup } from '../values.ts';

const LABEL = '[\\p{L}\\p{N}_%-]';
const NAMED = `(?:https?://|www\\.)(?:${LABEL}+\\.)*(?:[a-z]{2,63}|xn--[\\p{L}\\p{N}_%]{2,59})`;
const NUMBERED = 'https?://(?:\\d{1,3}(?:\\.\\d{1,3}){3}|\\[(?:[\\da-f]{0,4}:){2}(?:[\\da-f]{0,4}:?){1,6}\\])';
const BEHIND = '(?::\\d{1,5})?(?:[/?#]\\S*)?';
const HTTP = new RegExp(`^(?:${NAMED}|${NUMBERED})${BEHIND}$`, 'iu');
const DOMAIN = new RegExp(`^(?:${LABEL}{2,63}\\.)+(?:com|net|int|edu|gov|org|info|mil)${BEHIND}$`, 'iu');
/** An address of its own holds no colon, and is no www. one. */
const MAIL = /^(?:mailto:|(?!www\.)(?!.*:))\S+@[\p{L}\p{N}_][\p{L}\p{N}_.-]*\.[\p{L}\p{N}_]+$/u;
const CLOSING: [string, string][] = [
  ['(', ')'],
  ['<', '>'],
  ['&lt;', '&gt;'],
];

/** Longer words are no links: to look at them would take long. */
const LONGEST_WORD = 2000;

function count(text: string, part: string): number {
  return text.split(part).length - 1;
}

/** Signs before and after a word that don't belong to its URL. */
function cut(word: string): [string, string, string] {
  const head = /^(?:[(<]|&lt;)+/.exec(word)?.[0] ?? '';
  let middle = word.slice(head.length);
  let tail = /(?:[)>.,\n]|&gt;)+$/.exec(middle)?.[0] ?? '';
  middle = middle.slice(0, middle.length - tail.length);
  for (const [open, close] of CLOSING) {
    for (let missing = count(middle, open) - count(middle, close); missing > 0; missing--) {
      const at = tail.indexOf(close);
      if (at === -1) break;
      middle += tail.slice(0, at + close.length);
      tail = tail.slice(at + close.length);
    }
  }
  return [head, middle, tail];
}

/** Text with its URLs and mail addresses as links; all else escaped. */
export function urlize(text: Text, [limit, nofollow, target, rel, schemes]: Value[], run: Run): Text {
  const most = limit === null ? Number.POSITIVE_INFINITY : asIndex(limit, 'The limit');
  const extra = schemes === null ? [] : [...iterate(schemes, run.budget)].map((scheme) => str(scheme, run.budget));
  for (const scheme of extra) {
    if (!/^[\w.+-]{2,}:\/{0,2}$/.test(scheme)) throw new LanguageError(`${scheme} is no beginning of a URL.`);
  }
  const rels = new Set([
    ...(isText(rel) ? String(rel).split(/\s+/) : []),
    ...(isTrue(nofollow) ? ['nofollow'] : []),
    'noopener',
  ]);
  const attributes = ` rel="${escapeHtml([...rels].filter(Boolean).sort().join(' '))}"${target === null ? '' : ` target="${escapeHtml(str(target, run.budget))}"`}`;
  const shown = (url: string) => (url.length > most ? `${url.slice(0, most)}...` : url);
  const link = (href: string, label: string, more: string) => `<a href="${href}"${more}>${label}</a>`;
  const words = escapeMarkup(text).text.split(/(\s+)/);
  run.budget.use(String(text).length * 4);
  const made = words.map((word) => {
    if (word.length > LONGEST_WORD) return word;
    run.budget.step();
    const [head, middle, tail] = cut(word);
    let linked = middle;
    if (HTTP.test(middle) || DOMAIN.test(middle)) {
      linked = link(/^https?:/i.test(middle) ? middle : `https://${middle}`, shown(middle), attributes);
    } else if (MAIL.test(middle)) {
      const address = middle.replace(/^mailto:/, '');
      linked = link(`mailto:${address}`, address, '');
    } else if (extra.some((scheme) => middle !== scheme && middle.startsWith(scheme))) {
      linked = link(middle, middle, attributes);
    }
    return head + linked + tail;
  });
  const html = made.join('');
  return run.autoescape || run.options.automatic ? asMarkup(marked(html, 'xml')) : html;
}
