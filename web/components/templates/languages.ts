/** What a template is written in. */
export type TemplateLanguage = 'liquid' | 'jinja' | 'mustache' | 'velocity';

/** What a template's text is around its placeholders. */
export type Format = 'json' | 'form' | 'xml' | 'text';

/** How a language is called, and whose users bring it. */
export const LANGUAGE_NAMES: Record<TemplateLanguage, string> = {
  liquid: 'Liquid',
  jinja: 'Jinja',
  mustache: 'Mustache',
  velocity: 'Velocity',
};
