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
  const told = useRef(value);
  useEffect(() => {
    if (value === told.current) return;
    told.current = value;
    setText(value);
  }, [value]);
  const tell = useDebouncedCallback((typed: string) => {
    told.current = typed.trim();
    props.change(told.current);
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
