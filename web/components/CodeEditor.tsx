import {
  acceptCompletion,
  autocompletion,
  type CompletionContext,
  type CompletionResult,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { bracketMatching, HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { Compartment, EditorState, type Extension } from '@codemirror/state';
import { EditorView, keymap, lineNumbers, placeholder } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { type RefObject, useEffect, useRef } from 'react';
import type { Format, TemplateLanguage } from './templates/languages.ts';
import type { Named } from './templates/names.ts';
import { scan } from './templates/scan.ts';
import { templateLanguage } from './templates/stream.ts';
import { suggest } from './templates/suggest.ts';

/** Something wrong in the text, or to be wary of; line and column count from 1. */
export interface Mark {
  line: number;
  column: number;
  message: string;
  warning?: boolean;
}

/** What is done to the text from outside. `put` replaces what is selected, or what `make` says, and leads there. */
export interface Hand {
  put: (make: (text: string, at: number) => { from: number; to: number; insert: string }) => void;
}

const highlight = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword], color: 'light-dark(#8f3f97, #d79be0)' },
  { tag: tags.processingInstruction, color: 'light-dark(#8f3f97, #d79be0)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'light-dark(#1a6f3c, #7fd3a0)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'light-dark(#8a4b00, #e5b454)' },
  { tag: tags.variableName, color: 'light-dark(#2b57b8, #8aa9f0)', fontWeight: 600 },
  { tag: [tags.propertyName, tags.tagName], color: 'light-dark(#2f6f7e, #86c5d3)' },
  { tag: [tags.comment, tags.escape], color: 'var(--quiet)' },
]);
const look = EditorView.theme({
  '&': { fontSize: '13px', border: '1px solid var(--line)', borderRadius: '8px', background: 'var(--panel)' },
  '&.cm-focused': { outline: '2px solid var(--mantine-primary-color-filled)' },
  '.cm-content': { fontFamily: 'var(--mantine-font-family-monospace)', caretColor: 'currentColor' },
  '.cm-scroller': { maxHeight: '60vh', overflow: 'auto' },
  '.cm-gutters': { background: 'transparent', border: 'none', color: 'var(--quiet)' },
  '.cm-placeholder': { color: 'var(--quiet)' },
  '.cm-tooltip': { background: 'var(--panel)', border: '1px solid var(--line)', maxWidth: 'min(560px, 94vw)' },
  '.cm-tooltip-autocomplete > ul': { maxWidth: 'min(560px, 90vw)' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { background: 'var(--mantine-primary-color-filled)', color: '#fff' },
  '.cm-completionDetail': { fontStyle: 'normal', opacity: 0.75, fontFamily: 'var(--mantine-font-family)' },
  '.cm-cursor': { borderLeftColor: 'currentColor' },
  '.cm-diagnostic': { borderLeft: 'none', padding: '6px 10px', whiteSpace: 'pre-wrap' },
  '.cm-lintRange-error': { backgroundImage: 'none', textDecoration: 'underline wavy var(--bad)' },
  '.cm-lintRange-warning': { backgroundImage: 'none', textDecoration: 'underline wavy var(--wait)' },
});
const tall = EditorView.theme({ '.cm-content': { minHeight: '180px' } });
const flat = EditorView.theme({
  '&': { minHeight: '36px', borderColor: 'var(--mantine-color-default-border)' },
  '.cm-content': { padding: '7px 0' },
  '.cm-line': { padding: '0 10px', overflowWrap: 'anywhere' },
});

/** A field of one line: Enter does nothing, and pasted lines are joined. */
const oneLine: Extension = [
  flat,
  EditorView.clipboardInputFilter.of((text) => text.trim().replace(/\s*\n\s*/g, ' ')),
  EditorState.transactionFilter.of((change) => (change.newDoc.lines > 1 ? [] : change)),
];
const manyLines: Extension = [tall, lineNumbers(), lintGutter()];

const locked = (readOnly: boolean): Extension => [
  EditorState.readOnly.of(readOnly),
  EditorView.contentAttributes.of({ 'aria-readonly': String(readOnly) }),
];

interface Props {
  value: string;
  change: (value: string) => void;
  label: string;
  format: Format;
  language: TemplateLanguage;
  names: readonly Named[];
  /** Names of the snippets, for completion. */
  snippets?: readonly string[];
  marks: readonly Mark[];
  readOnly?: boolean;
  /** One line, as a field is. */
  line?: boolean;
  prompt?: string;
  hand?: RefObject<Hand | null>;
}

/** What completion offers at a place, by what the props say now. */
const completing =
  (props: RefObject<Props>) =>
  ({ state, pos, explicit }: CompletionContext): CompletionResult | null => {
    const { language, names, snippets = [] } = props.current;
    const text = state.doc.toString();
    const found = suggest({ language, text, at: pos, names, snippets, asked: explicit });
    if (found === null) return null;
    const options = found.options.map(({ label, says, apply, kind }) => ({ label, detail: says, apply, type: kind }));
    return { from: found.from, options, validFor: /^[\w-]*$/ };
  };

/** A template's text, or one line of it, with highlighting, completion of `names`, and `marks` at their place. */
export default function CodeEditor(props: Props) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const now = useRef(props);
  now.current = props;
  const speaking = useRef(new Compartment());
  const locking = useRef(new Compartment());
  const { label, format, language, readOnly = false, line = false, hand } = props;
  const told = JSON.stringify(props.marks);
  const wrong = props.marks.some((mark) => !mark.warning);
  // biome-ignore lint/correctness/useExhaustiveDependencies: made once; what changes is dispatched below
  useEffect(() => {
    const editor = new EditorView({
      parent: host.current!,
      state: EditorState.create({
        doc: props.value,
        extensions: [
          line ? oneLine : manyLines,
          history(),
          bracketMatching(),
          closeBrackets(),
          speaking.current.of(templateLanguage(language, format)),
          syntaxHighlighting(highlight),
          autocompletion({ icons: false, override: [completing(now)] }),
          keymap.of([
            { key: 'Tab', run: acceptCompletion },
            ...closeBracketsKeymap,
            ...completionKeymap,
            ...lintKeymap,
            ...defaultKeymap,
            ...historyKeymap,
          ]),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': label, 'aria-multiline': String(!line) }),
          props.prompt === undefined ? [] : placeholder(props.prompt),
          locking.current.of(locked(readOnly)),
          look,
          EditorView.updateListener.of((update) => {
            if (update.docChanged) now.current.change(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    if (hand)
      hand.current = {
        put(make) {
          const { from, to, insert } = make(editor.state.doc.toString(), editor.state.selection.main.head);
          editor.dispatch({
            changes: { from, to, insert },
            selection: { anchor: from + insert.length },
            scrollIntoView: true,
            userEvent: 'input',
          });
          editor.focus();
        },
      };
    return () => {
      editor.destroy();
      if (hand) hand.current = null;
    };
  }, []);
  useEffect(() => {
    view.current?.dispatch({ effects: speaking.current.reconfigure(templateLanguage(language, format)) });
  }, [language, format]);
  useEffect(() => {
    view.current?.dispatch({ effects: locking.current.reconfigure(locked(readOnly)) });
  }, [readOnly]);
  useEffect(() => {
    view.current?.contentDOM.setAttribute('aria-label', label);
    view.current?.contentDOM.setAttribute('aria-invalid', String(wrong));
  }, [label, wrong]);
  useEffect(() => {
    const editor = view.current;
    if (editor && editor.state.doc.toString() !== props.value)
      editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: props.value } });
  }, [props.value]);
  useEffect(() => {
    const editor = view.current;
    if (!editor) return;
    const marks = (JSON.parse(told) as Mark[]).map((mark) => diagnostic(editor.state, mark, language));
    editor.dispatch(setDiagnostics(editor.state, marks));
  }, [told, language]);
  return <div ref={host} style={{ minWidth: 0 }} />;
}

/** A mark from its place to the end of the placeholder or tag that stands there, or else of its word. */
function diagnostic({ doc }: EditorState, mark: Mark, language: TemplateLanguage): Diagnostic {
  const at = doc.line(Math.min(Math.max(1, mark.line), doc.lines));
  const from = Math.min(at.from + Math.max(0, mark.column - 1), at.to);
  const part = scan(language, doc.toString()).find((one) => one.kind !== 'text' && one.from <= from && from < one.to);
  const word = /^[\w.-]+/.exec(at.text.slice(from - at.from))?.[0].length ?? 1;
  const to = Math.min(part?.to ?? from + word, at.to);
  return {
    from: from === to && from > at.from ? from - 1 : from,
    to,
    severity: mark.warning ? 'warning' : 'error',
    message: mark.message,
  };
}
