import { TextInput } from '@mantine/core';
import { type CSSProperties, useState } from 'react';

/** A value as it is shown in a field: a text as it is, anything else as JSON. */
const shown = (value: unknown) =>
  typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);

/** What was typed: JSON where it is some, else the text itself. */
function typed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A value typed as text or JSON; the field follows when the value is changed from elsewhere (undo). */
export function ValueInput(props: {
  label: string;
  placeholder?: string;
  value: unknown;
  change: (value: unknown) => void;
  style?: CSSProperties;
}) {
  const [text, setText] = useState(() => shown(props.value));
  const same = JSON.stringify(typed(text)) === JSON.stringify(props.value ?? (text === '' ? '' : undefined));
  return (
    <TextInput
      aria-label={props.label}
      placeholder={props.placeholder ?? ''}
      value={same ? text : shown(props.value)}
      onChange={(event) => {
        setText(event.currentTarget.value);
        props.change(typed(event.currentTarget.value));
      }}
      style={props.style ?? {}}
    />
  );
}
