import { type RefObject, useEffect } from 'react';

const FIELDS = 'aside fieldset:not([disabled]) :is(input, textarea):not([type=hidden])';

/** Moves the focus to the first field of the step that is shown beside the canvas. */
export function focusFields(host: HTMLElement | null): void {
  host?.querySelector<HTMLElement>(FIELDS)?.focus();
}

/** The keys of the editor that are no arrows: save, undo, redo, take out, let go. */
export function useKeys(props: {
  editable: boolean;
  host: RefObject<HTMLElement | null>;
  selected: string | null;
  save: () => unknown;
  undo: () => void;
  redo: () => void;
  remove: (step: string) => void;
  unselect: () => void;
}) {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const { host, selected } = props;
      const target = event.target as HTMLElement;
      const command = event.ctrlKey || event.metaKey;
      const field = target.closest<HTMLElement>('input, textarea, [contenteditable=true]');
      // A field of a step is part of the history; any other has its own.
      const foreign = field !== null && !field.closest('aside[aria-label="The chosen step"]');
      const key = event.key.toLowerCase();
      if (command && key === 's') {
        event.preventDefault();
        props.save();
      } else if (command && (key === 'z' || key === 'y')) {
        if (!props.editable || foreign) return;
        event.preventDefault();
        if (event.shiftKey || key === 'y') props.redo();
        else props.undo();
      } else if (event.key === 'Escape') {
        if (event.defaultPrevented || target.closest('[role=menu], [role=dialog], [role=listbox]')) return;
        const node = selected && host.current?.querySelector<HTMLElement>(`[data-id="${CSS.escape(selected)}"]`);
        if (field && node) node.focus();
        else if (!field) props.unselect();
      } else if (event.key === 'Delete' || event.key === 'Backspace') {
        if (field || !props.editable || selected === null || selected === 'trigger') return;
        if (target.closest('button, a') || !(target === document.body || host.current?.contains(target))) return;
        event.preventDefault();
        props.remove(selected);
      }
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  });
}
