import { Autocomplete, Button, Group, Popover, Select, Stack, Text, TextInput } from '@mantine/core';
import { IconFilter } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { Chips } from '../../components/index.ts';
import { useChoices } from '../../data/names.ts';
import { described, type Filters, isoOf, localOf, PERIODS } from './filters.ts';
import { REASONS, reasonInWords } from './reasons.ts';

type Set = (change: Record<string, string | undefined>) => void;
const CUSTOM = 'custom';

/** What the list is filtered by besides its state; each can be taken away. */
export function FilterBar({ filters, set }: { filters: Filters; set: Set }) {
  const { webhooks, scenarios } = useChoices();
  const [more, setMore] = useState(false);
  const [times, setTimes] = useState(false);
  const held = described(filters);
  const custom = filters.from !== undefined || filters.to !== undefined;
  return (
    <Stack gap="xs">
      <Group gap="xs">
        <Choose label="Webhook" choices={webhooks} chosen={filters.webhook} choose={(webhook) => set({ webhook })} />
        <Choose
          label="Scenario"
          choices={scenarios}
          chosen={filters.scenario}
          choose={(scenario) => set({ scenario, ...(scenario === undefined && { step: undefined }) })}
        />
        <Popover opened={times} onChange={setTimes} shadow="md" trapFocus withRoles={false}>
          <Popover.Target>
            <Select
              aria-label="Time"
              placeholder="Any time"
              style={{ flex: '1 1 130px', maxWidth: 160 }}
              clearable
              data={[...Object.keys(PERIODS), { value: CUSTOM, label: 'from … to …' }]}
              value={custom ? CUSTOM : (filters.since ?? null)}
              onChange={(value) => {
                if (value !== CUSTOM) set({ since: value ?? undefined, from: undefined, to: undefined });
              }}
              onOptionSubmit={(value) => value === CUSTOM && setTimes(true)}
            />
          </Popover.Target>
          <Popover.Dropdown role="dialog" aria-label="From when to when">
            <Times
              filters={filters}
              set={(change) => {
                setTimes(false);
                set({ ...change, since: undefined });
              }}
            />
          </Popover.Dropdown>
        </Popover>
        <Popover opened={more} onChange={setMore} shadow="md" trapFocus position="bottom-end" width={320}>
          <Popover.Target>
            <Button
              variant="default"
              leftSection={<IconFilter size={15} aria-hidden />}
              aria-expanded={more}
              onClick={() => setMore(!more)}
            >
              More
            </Button>
          </Popover.Target>
          <Popover.Dropdown aria-label="More filters">
            <More
              filters={filters}
              set={(change) => {
                setMore(false);
                set(change);
              }}
            />
          </Popover.Dropdown>
        </Popover>
      </Group>
      <Chips
        items={held.map(({ key, label }) => ({ key, label, remove: () => set({ [key]: undefined }) }))}
        clear={() => set(Object.fromEntries(Object.keys(filters).map((name) => [name, undefined])))}
      />
    </Stack>
  );
}

type Choice = { value: string; label: string };

function Choose(props: {
  label: string;
  choices: Choice[];
  chosen: string | undefined;
  choose: (value: string | undefined) => void;
}) {
  const name = props.label.toLowerCase();
  return (
    <Select
      aria-label={props.label}
      placeholder={`Any ${name}`}
      style={{ flex: '1 1 150px', maxWidth: 220 }}
      clearable
      searchable
      nothingFoundMessage={`No ${name} of this name`}
      data={withOwn(props.choices, props.chosen)}
      value={props.chosen ?? null}
      onChange={(value) => props.choose(value ?? undefined)}
    />
  );
}

/** What is chosen stands among the choices also when it is none of the newest. */
const withOwn = (choices: Choice[], chosen: string | undefined): Choice[] =>
  chosen === undefined || choices.some((one) => one.value === chosen)
    ? choices
    : [{ value: chosen, label: chosen }, ...choices];

function Times({ filters, set }: { filters: Filters; set: Set }) {
  const [from, setFrom] = useState(localOf(filters.from));
  const [to, setTo] = useState(localOf(filters.to));
  const wrong = from !== '' && to !== '' && from >= to ? 'Must be later than the beginning' : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!wrong) set({ from: isoOf(from), to: isoOf(to) });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="xs">
        <TextInput
          type="datetime-local"
          label="From"
          value={from}
          data-autofocus
          onChange={(event) => setFrom(event.currentTarget.value)}
        />
        <TextInput
          type="datetime-local"
          label="To"
          value={to}
          error={wrong}
          onChange={(event) => setTo(event.currentTarget.value)}
        />
        <Text size="xs" c="var(--quiet)">
          When it was queued, in the time of this computer ({Intl.DateTimeFormat().resolvedOptions().timeZone}).
        </Text>
        <Button type="submit" disabled={Boolean(wrong)}>
          Show
        </Button>
      </Stack>
    </form>
  );
}

function More({ filters, set }: { filters: Filters; set: Set }) {
  const [step, setStep] = useState(filters.step ?? '');
  const [reason, setReason] = useState(filters.reason ?? '');
  const [profile, setProfile] = useState(filters.profile ?? '');
  const [key, setKey] = useState(filters.idempotency_key ?? '');
  const wrong = profile.trim() === '' || profile.trim().startsWith('prf_') ? null : 'A profile’s id begins with prf_';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (wrong) return;
    const given = { step, reason, profile, idempotency_key: key };
    set(Object.fromEntries(Object.entries(given).map(([name, text]) => [name, text.trim() || undefined])));
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="xs">
        <Autocomplete
          label="Reason"
          placeholder="such as http_503"
          data={REASONS}
          value={reason}
          onChange={setReason}
          openOnFocus={false}
          limit={40}
          maxDropdownHeight={240}
          data-autofocus
          comboboxProps={{ withinPortal: false }}
          filter={({ options, search }) =>
            options.filter(
              (one) =>
                'value' in one &&
                `${one.value} ${reasonInWords(one.value)}`.toLowerCase().includes(search.toLowerCase()),
            )
          }
          renderOption={({ option }) => (
            <Text size="sm">
              {reasonInWords(option.value)} <span className="quiet mono">{option.value}</span>
            </Text>
          )}
        />
        <TextInput label="Step" placeholder="its id" value={step} onChange={(e) => setStep(e.currentTarget.value)} />
        <TextInput
          label="Profile"
          placeholder="prf_…"
          value={profile}
          error={wrong}
          onChange={(e) => setProfile(e.currentTarget.value)}
        />
        <TextInput
          label="Idempotency key"
          description="The delivery that carried it, and its resends"
          placeholder="dlv_…"
          value={key}
          onChange={(e) => setKey(e.currentTarget.value)}
        />
        <Button type="submit">Show</Button>
      </Stack>
    </form>
  );
}
