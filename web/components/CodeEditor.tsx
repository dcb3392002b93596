import { autocompletion, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { liquid } from '@codemirror/lang-liquid';
import { bracketMatching, HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { type Diagnostic, lintGutter, setDiagnostics } from '@codemirror/lint';
import { Compartment, EditorState, type Extension } from '@codemirror/state';
import { EditorView, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { type RefObject, useEffect, useRef } from 'react';
import { baseOf, type Format, type TemplateLanguage } from './languages.ts';
import { follow, ROOTS } from './names.ts';

/** Something wrong in the text; line and column count from 1. */
export interface Mark {
  line: number;
  column: number;
  message: string;
}

const highlight = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword], color: 'light-dark(#8f3f97, #d79be0)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'light-dark(#1a6f3c, #7fd3a0)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'light-dark(#8a4b00, #e5b454)' },
  { tag: [tags.variableName, tags.propertyName], color: 'light-dark(#2b57b8, #8aa9f0)' },
  { tag: tags.comment, color: 'var(--quiet)' },
]);
const look = EditorView.theme({
  '&': { fontSize: '13px', border: '1px solid var(--line)', borderRadius: '8px', background: 'var(--panel)' },
  '&.cm-focused': { outline: '2px solid var(--mantine-primary-color-filled)' },
  '.cm-content': { fontFamily: 'var(--mantine-font-family-monospace)', minHeight: '180px', caretColor: 'currentColor' },
  '.cm-scroller': { maxHeight: '60vh', overflow: 'auto' },
  '.cm-gutters': { background: 'transparent', border: 'none', color: 'var(--quiet)' },
  '.cm-tooltip': { background: 'var(--panel)', border: '1px solid var(--line)' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { background: 'var(--mantine-primary-color-filled)', color: '#fff' },
  '.cm-cursor': { borderLeftColor: 'currentColor' },
});

/**
 * A template in a text of the format: for Liquid and Jinja, which look alike, tags, filters, and `names` after their dots;
 * for the others the text around the placeholders.
 */
const languageOf = (language: TemplateLanguage, format: Format, names: RefObject<readonly string[]>): Extension => {
  const base = baseOf(format);
  if (language === 'mustache' || language === 'velocity') return base ?? [];
  return liquid({
    ...(base && { base }),
    variables: ROOTS.map((label) => ({ label, type: 'variable' })),
    properties: (path) => follow(names.current, path).map((label) => ({ label, type: 'property' })),
  });
};
const locked = (readOnly: boolean): Extension => [
  EditorState.readOnly.of(readOnly),
  EditorView.contentAttributes.of({ 'aria-readonly': String(readOnly) }),
];

/** A template's text with highlighting, completion of `names` (dotted), and `marks` at their place. */
export default function CodeEditor(props: {
  value: string;
  change: (value: string) => void;
  label: string;
  format: Format;
  language: TemplateLanguage;
  names: readonly string[];
  marks: readonly Mark[];
  readOnly?: boolean;
}) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const change = useRef(props.change);
  change.current = props.change;
  const names = useRef(props.names);
  names.current = props.names;
  const speaking = useRef(new Compartment());
  const locking = useRef(new Compartment());
  const { label, format, language, readOnly = false } = props;
  // biome-ignore lint/correctness/useExhaustiveDependencies: made once; what changes is dispatched below
  useEffect(() => {
    const editor = new EditorView({
      parent: host.current!,
      state: EditorState.create({
        doc: props.value,
        extensions: [
          lineNumbers(),
          history(),
          bracketMatching(),
          speaking.current.of(languageOf(language, format, names)),
          syntaxHighlighting(highlight),
          lintGutter(),
          autocompletion({ icons: false }),
          keymap.of([...completionKeymap, ...defaultKeymap, ...historyKeymap]),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': label }),
          locking.current.of(locked(readOnly)),
          look,
          EditorView.updateListener.of((update) => {
            if (update.docChanged) change.current(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, []);
  useEffect(() => {
    view.current?.dispatch({ effects: speaking.current.reconfigure(languageOf(language, format, names)) });
  }, [language, format]);
  useEffect(() => {
    view.current?.dispatch({ effects: locking.current.reconfigure(locked(readOnly)) });
  }, [readOnly]);
  useEffect(() => {
    const editor = view.current;
    if (editor && editor.state.doc.toString() !== props.value)
      editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: props.value } });
  }, [props.value]);
  useEffect(() => {
    const editor = view.current;
    if (!editor) return;
    const { doc } = editor.state;
    const marks = props.marks.map(({ line, column, message }): Diagnostic => {
      const at = doc.line(Math.min(Math.max(1, line), doc.lines));
      const from = Math.min(at.from + Math.max(0, column - 1), at.to);
      return { from, to: Math.min(from + 1, at.to), severity: 'error', message };
    });
    editor.dispatch(setDiagnostics(editor.state, marks));
  }, [props.marks]);
  return <div ref={host} />;
}
