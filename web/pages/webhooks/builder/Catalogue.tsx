import { Button, Combobox, Text, useCombobox } from '@mantine/core';
import { useState } from 'react';
import type { Named } from '../../../components/templates/names.ts';

const MOST_SHOWN = 100;
const GROUPS: [begin: string, label: string][] = [
  ['customer.', 'Attributes'],
  ['event.', 'Event'],
  ['parameters.', 'Parameters'],
  ['', 'Earlier answers'],
];
const groupOf = (name: string) => GROUPS.find(([begin]) => name.startsWith(begin))![1];

/**
 * A catalogue of what a template can name, found by typing. It stays open, so that several can be picked; `why`: nothing
 * can be picked, and the reason.
 */
export function Catalogue(props: { names: readonly Named[]; pick: (named: Named) => void; why?: string | undefined }) {
  const [text, setText] = useState('');
  const combobox = useCombobox({
    onDropdownOpen: () => combobox.focusSearchInput(),
    onDropdownClose: () => {
      combobox.resetSelectedOption();
      combobox.focusTarget();
      setText('');
    },
  });
  const words = text.toLowerCase().split(/\s+/);
  const found = props.names.filter(({ name, says }) =>
    words.every((word) => `${name} ${says}`.toLowerCase().includes(word)),
  );
  const shown = found.slice(0, MOST_SHOWN);
  return (
    <Combobox
      store={combobox}
      width={340}
      position="bottom-start"
      withinPortal
      onOptionSubmit={(name) => {
        const named = props.names.find((one) => one.name === name);
        if (named) props.pick(named);
      }}
    >
      <Combobox.Target withAriaAttributes={false}>
        <Button
          variant="default"
          size="compact-sm"
          onClick={() => combobox.toggleDropdown()}
          disabled={props.why !== undefined}
          title={props.why}
          aria-expanded={combobox.dropdownOpened}
          aria-haspopup="listbox"
        >
          Add a field
        </Button>
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Search
          aria-label="Search attributes and properties"
          placeholder="Search attributes and properties"
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            combobox.updateSelectedOptionIndex();
          }}
        />
        <Combobox.Options mah={300} style={{ overflowY: 'auto' }} aria-label="Attributes and properties">
          {shown.length === 0 && <Combobox.Empty>Nothing is called so</Combobox.Empty>}
          {GROUPS.map(([, label]) => {
            const inIt = shown.filter(({ name }) => groupOf(name) === label);
            return (
              inIt.length > 0 && (
                <Combobox.Group key={label} label={label}>
                  {inIt.map(({ name, says }) => (
                    <Combobox.Option key={name} value={name}>
                      <Text span size="sm" className="mono" style={{ overflowWrap: 'anywhere' }}>
                        {name}
                      </Text>{' '}
                      <Text span size="xs" c="var(--quiet)">
                        {says}
                      </Text>
                    </Combobox.Option>
                  ))}
                </Combobox.Group>
              )
            );
          })}
          {found.length > shown.length && (
            <Text size="xs" c="var(--quiet)" p={6}>
              {found.length - shown.length} more: type to find them.
            </Text>
          )}
          {!props.names.some(
            ({ name }) => name.startsWith('event.') && !['event.id', 'event.name', 'event.timestamp'].includes(name),
          ) && (
            <Text size="xs" c="var(--quiet)" p={6}>
              Choose an event to try it with, and its properties stand here.
            </Text>
          )}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
