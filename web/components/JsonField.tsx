import { Textarea } from '@mantine/core';
import { useState } from 'react';

const MOST = 64 * 1024;

/**
 * A JSON object typed by hand: what can't be read stays in the field, with why; what can is given to `change`. `judge` is
 * told whether the text can be read.
 */
export function JsonField(props: {
  label: string;
  description?: string;
  placeholder?: string;
  value: string;
  mayBeEmpty?: boolean;
  change: (text: string) => void;
  judge?: (readable: boolean) => void;
}) {
  const [text, setText] = useState(props.value);
  const [wrong, setWrong] = useState<string | null>(null);
  const type = (next: string) => {
    setText(next);
    const found = faultOf(next, props.mayBeEmpty ?? false);
    setWrong(found);
    props.judge?.(found === null);
    if (found === null) props.change(next);
  };
  return (
    <Textarea
      label={props.label}
      description={props.description}
      placeholder={props.placeholder}
      autosize
      minRows={3}
      maxRows={14}
      value={text}
      onChange={(event) => type(event.currentTarget.value)}
      error={wrong}
      classNames={{ input: 'mono' }}
      spellCheck={false}
    />
  );
}

function faultOf(text: string, mayBeEmpty: boolean): string | null {
  if (text.trim() === '') return mayBeEmpty ? null : 'Type a JSON object, {} for nothing';
  if (text.length > MOST) return `Is longer than ${MOST.toLocaleString('en')} characters`;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? null : 'Must be a JSON object, {…}';
  } catch (error) {
    return `Is no JSON yet: ${(error as Error).message}`;
  }
}
