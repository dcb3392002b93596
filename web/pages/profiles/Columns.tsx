import { Button, Checkbox, Popover, ScrollArea, Stack, Text, TextInput } from '@mantine/core';
import { IconColumns3 } from '@tabler/icons-react';
import { useState } from 'react';

const KEPT = 'handoff.profile-columns';
const MOST = 6;
const USUAL = ['email', 'plan'];

/** The columns that are shown: what the address says, else what was chosen here before, else the usual ones. */
export function columnsOf(address: string | undefined): string[] {
  const given = address ?? localStorage.getItem(KEPT);
  if (given === null) return USUAL;
  try {
    const list = JSON.parse(given) as unknown;
    if (Array.isArray(list)) return [...new Set(list.filter((one) => typeof one === 'string'))].slice(0, MOST);
  } catch {
    // An address by hand may also list them by commas.
  }
  return [...new Set(given.split(',').filter(Boolean))].slice(0, MOST);
}

/** Chooses which attributes have a column; kept in the address, and in this browser for the next time. */
export function Columns(props: { names: readonly string[]; shown: readonly string[]; set: (columns: string) => void }) {
  const { shown } = props;
  const [opened, setOpened] = useState(false);
  const [text, setText] = useState('');
  const choose = (list: string[]) => {
    const kept = JSON.stringify(list);
    localStorage.setItem(KEPT, kept);
    props.set(kept);
  };
  const names = [...new Set([...shown, ...props.names])];
  const found = names.filter((name) => name.toLowerCase().includes(text.trim().toLowerCase()));
  return (
    <Popover opened={opened} onChange={setOpened} shadow="md" position="bottom-end" trapFocus width={280}>
      <Popover.Target>
        <Button
          variant="default"
          visibleFrom="sm"
          leftSection={<IconColumns3 size={15} aria-hidden />}
          aria-expanded={opened}
          onClick={() => setOpened(!opened)}
        >
          Columns
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Columns">
        <Stack gap="xs">
          {names.length > 8 && (
            <TextInput
              aria-label="Find an attribute"
              placeholder="Find an attribute"
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
              data-autofocus
            />
          )}
          <ScrollArea.Autosize mah={320}>
            <Stack gap={8} py={2}>
              {found.map((name) => (
                <Checkbox
                  key={name}
                  size="xs"
                  label={name}
                  checked={shown.includes(name)}
                  disabled={!shown.includes(name) && shown.length >= MOST}
                  onChange={({ currentTarget: { checked } }) =>
                    choose(checked ? [...shown, name] : shown.filter((one) => one !== name))
                  }
                />
              ))}
              {found.length === 0 && (
                <Text size="sm" c="var(--quiet)">
                  No attribute is called so.
                </Text>
              )}
            </Stack>
          </ScrollArea.Autosize>
          {shown.length >= MOST && (
            <Text size="xs" c="var(--quiet)">
              {MOST} columns are the most.
            </Text>
          )}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
