import { autocompletion, type Completion, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { liquid } from '@codemirror/lang-liquid';
import { bracketMatching, HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { type Diagnostic, lintGutter, setDiagnostics } from '@codemirror/lint';
import { Compartment, EditorState } from '@codemirror/state';
import { EditorView, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { useEffect, useRef } from 'react';

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
  '.cm-gutters': { background: 'transparent', border: 'none', color: 'var(--quiet)' },
  '.cm-tooltip': { background: 'var(--panel)', border: '1px solid var(--line)' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { background: 'var(--mantine-primary-color-filled)', color: '#fff' },
  '.cm-cursor': { borderLeftColor: 'currentColor' },
});

/** Names after `{{`, `{%` or a dot. */
const complete = (names: readonly string[]) =>
  autocompletion({
    override: [
      (context) => {
        const word = context.matchBefore(/[\w.]*/);
        const before = context.state.doc.sliceString(Math.max(0, context.pos - 400), context.pos);
        const inside =
          Math.max(before.lastIndexOf('{{'), before.lastIndexOf('{%')) >
          Math.max(before.lastIndexOf('}}'), before.lastIndexOf('%}'));
        if (!word || !inside || (word.from === word.to && !context.explicit)) return null;
        return { from: word.from, options: names.map((label): Completion => ({ label, type: 'variable' })) };
      },
    ],
  });

/** A template's text with highlighting, completion of `names`, and `marks` at their place. */
export default function CodeEditor(props: {
  value: string;
  change: (value: string) => void;
  label: string;
  names: readonly string[];
  marks: readonly Mark[];
  readOnly?: boolean;
}) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const change = useRef(props.change);
  change.current = props.change;
  const completing = useRef(new Compartment());
  const { label, readOnly = false } = props;
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
          liquid(),
          syntaxHighlighting(highlight),
          lintGutter(),
          completing.current.of(complete(props.names)),
          keymap.of([...completionKeymap, ...defaultKeymap, ...historyKeymap]),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': label }),
          EditorState.readOnly.of(readOnly),
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
    const editor = view.current;
    if (editor && editor.state.doc.toString() !== props.value)
      editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: props.value } });
  }, [props.value]);
  useEffect(() => {
    view.current?.dispatch({ effects: completing.current.reconfigure(complete(props.names)) });
  }, [props.names]);
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
