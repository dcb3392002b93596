import type { WebhookDefinition } from './webhook.ts';

/** What a language would act on, beside text that is sent as it stands. */
const ACTIVE: Record<WebhookDefinition['language'], RegExp> = {
  liquid: /\{[{%]/,
  jinja: /\{[{%#]|\[\[/,
  mustache: /\{\{/,
  // A reference, a directive, a comment, or a backslash before one.
  velocity: /\$!?\{?[A-Za-z_]|#(?:[A-Za-z_@{*#]|\[\[)/,
};

/** Whether a text holds anything that the language would act on; else it needs no run. */
export function holdsPlaceholder(text: string, language: WebhookDefinition['language']): boolean {
  return ACTIVE[language].test(text);
}
