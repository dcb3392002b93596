import type { TemplateLanguage } from '../../../components/templates/languages.ts';
import { placeholder } from '../../../components/templates/suggest.ts';
import { type Comparison, type Meaning, SAME_FILTERS } from './meaning.ts';

/** A meaning in a language; null where the language can't say it. `vendor`: nothing is escaped but by the language. */
export function write(language: TemplateLanguage, meaning: Meaning, vendor: boolean): string | null {
  switch (meaning.kind) {
    case 'value':
      return value(language, meaning, vendor);
    case 'comment':
      return comment(language, meaning.text);
    case 'abort':
      if (/["'\\{}$#]/.test(meaning.reason)) return null;
      if (language === 'mustache') return `{{% abort ${meaning.reason}}}`;
      return language === 'velocity' ? `#abort("${meaning.reason}")` : `{% abort '${meaning.reason}' %}`;
    case 'else':
      return language === 'mustache' ? null : language === 'velocity' ? '#{else}' : '{% else %}';
    case 'endif':
      return language === 'mustache' ? null : language === 'velocity' ? '#{end}' : '{% endif %}';
    default:
      return condition(language, meaning);
  }
}

/** How a path is written within an expression: a placeholder without its signs. */
function bare(language: TemplateLanguage, path: string[]): string | null {
  const whole = placeholder(language, path);
  if (whole === null) return null;
  return language === 'velocity' ? `$${whole.slice(3, -1)}` : whole.slice(2, -2).trim();
}

function value(
  language: TemplateLanguage,
  meaning: Extract<Meaning, { kind: 'value' }>,
  vendor: boolean,
): string | null {
  const { path, mode, filters } = meaning;
  const name = bare(language, path);
  if (name === null) return null;
  if (language === 'liquid' || language === 'jinja') {
    const at = language === 'liquid' ? 0 : 1;
    const names = filters.map((filter) => SAME_FILTERS.find((pair) => pair[0] === filter)![at]);
    const last = {
      plain: [],
      raw: [['raw', 'safe'][at]!],
      json: [['json', 'tojson'][at]!],
      html: [['escape', 'e'][at]!],
    };
    return `{{ ${[name, ...names, ...last[mode]].join(' | ')} }}`;
  }
  if (filters.length > 0) return null;
  if (language === 'velocity') {
    if (mode === 'plain') return placeholder(language, path);
    return `$esc.${{ raw: 'none', json: 'json', html: 'html' }[mode]}(${name})`;
  }
  if (mode === 'json') return null;
  // Where nothing else escapes, two braces do, for HTML.
  if (vendor) return placeholder(language, path, mode !== 'html');
  return mode === 'html' ? null : placeholder(language, path, mode === 'raw');
}

function comment(language: TemplateLanguage, text: string): string | null {
  if (/\*#|#\}|\}\}|%\}|\{%/.test(text)) return null;
  switch (language) {
    case 'liquid':
      return `{% comment %}${text}{% endcomment %}`;
    case 'jinja':
      return `{# ${text} #}`;
    case 'mustache':
      return `{{! ${text} }}`;
    default:
      return `#* ${text} *#`;
  }
}

function condition(language: TemplateLanguage, meaning: Extract<Meaning, { kind: 'if' | 'elsif' }>): string | null {
  if (language === 'mustache') return null;
  const velocity = language === 'velocity';
  const one = ({ path, operator, literal }: Comparison) => {
    const name = bare(language, path);
    const shown = typeof literal === 'string' ? `"${literal}"` : String(literal);
    return name === null || (typeof literal === 'string' && literal.includes('"'))
      ? null
      : `${name} ${operator} ${shown}`;
  };
  const all = meaning.comparisons.map(one);
  if (all.includes(null)) return null;
  const joined = all.join(velocity ? (meaning.joined === 'and' ? ' && ' : ' || ') : ` ${meaning.joined} `);
  if (velocity) return `#${meaning.kind === 'if' ? 'if' : 'elseif'}(${joined})`;
  const word = meaning.kind === 'if' ? 'if' : language === 'jinja' ? 'elif' : 'elsif';
  return `{% ${word} ${joined} %}`;
}
