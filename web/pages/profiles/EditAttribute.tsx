import { Button, Group, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, type KeyboardEvent, useState } from 'react';
import type { Declared } from './conditions.ts';
import { lineOf, typed } from './naming.ts';

interface Saving {
  busy: boolean;
  /** Why the last try was refused. */
  refused: string | null;
  save: (name: string, value: unknown) => void;
  cancel: () => void;
}

/** Enter saves, Escape leaves it as it is; a new line is Shift and Enter. */
const keys = (save: () => void, cancel: () => void) => (event: KeyboardEvent) => {
  if (event.key === 'Escape') cancel();
  if (event.key !== 'Enter' || event.shiftKey) return;
  event.preventDefault();
  save();
};

/** Edits a value: a text stays one, anything else is JSON. */
export function EditAttribute(props: Saving & { name: string; value: unknown }) {
  const [text, setText] = useState(lineOf(props.value));
  const save = () => props.save(props.name, typeof props.value === 'string' ? text : typed(text));
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <Group gap="xs" align="flex-start">
        <Textarea
          label={props.name}
          autosize
          maxRows={8}
          value={text}
          error={props.refused}
          onChange={(event) => setText(event.currentTarget.value)}
          autoFocus
          style={{ flex: '1 1 180px' }}
          onKeyDown={keys(save, props.cancel)}
        />
        <Buttons word="Save" busy={props.busy} cancel={props.cancel} />
      </Group>
    </form>
  );
}

/** Adds an attribute; what was declared as text stays text. */
export function AddAttribute(props: Saving & { declared: readonly Declared[] }) {
  const [name, setName] = useState('');
  const [text, setText] = useState('');
  const save = () => {
    const trimmed = name.trim();
    const type = props.declared.find((one) => one.name === trimmed)?.type;
    if (trimmed !== '') props.save(trimmed, type === 'text' ? text : typed(text));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save();
  };
  return (
    <form onSubmit={submit}>
      <Group gap="xs" align="flex-start">
        <TextInput
          label="Name"
          required
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          autoFocus
          style={{ flex: '1 1 110px' }}
          onKeyDown={(event) => event.key === 'Escape' && props.cancel()}
        />
        <Textarea
          label="Value (text, or JSON)"
          autosize
          maxRows={8}
          value={text}
          error={props.refused}
          onChange={(event) => setText(event.currentTarget.value)}
          style={{ flex: '2 1 160px' }}
          onKeyDown={keys(save, props.cancel)}
        />
        <Buttons word="Add" busy={props.busy} cancel={props.cancel} />
      </Group>
    </form>
  );
}

function Buttons({ word, busy, cancel }: { word: string; busy: boolean; cancel: () => void }) {
  return (
    <Group gap="xs" wrap="nowrap" mt={24}>
      <Button type="submit" loading={busy}>
        {word}
      </Button>
      <Button variant="default" onClick={cancel}>
        Cancel
      </Button>
    </Group>
  );
}
