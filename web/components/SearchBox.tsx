import { TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';

const TYPING_MS = 250;

/** A text that a list is searched by: told a moment after the last letter, and what the address says when that changes. */
export function SearchBox(props: {
  label: string;
  placeholder: string;
  value: string;
  change: (text: string) => void;
  maxLength?: number;
}) {
  const { value } = props;
  const [text, setText] = useState(value);
  // What was told and the address may still come to say, newest last: that is no reason to change what is typed meanwhile.
  const told = useRef([value]);
  useEffect(() => {
    const at = told.current.lastIndexOf(value);
    told.current = at < 0 ? [value] : told.current.slice(at);
    if (at < 0) setText(value);
  }, [value]);
  const tell = useDebouncedCallback((typed: string) => {
    told.current.push(typed.trim());
    props.change(typed.trim());
  }, TYPING_MS);
  return (
    <TextInput
      type="search"
      aria-label={props.label}
      placeholder={props.placeholder}
      leftSection={<IconSearch size={15} aria-hidden />}
      style={{ flex: '1 1 220px', maxWidth: 340 }}
      maxLength={props.maxLength ?? 200}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        tell(event.currentTarget.value);
      }}
    />
  );
}
