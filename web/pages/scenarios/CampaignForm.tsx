import { Checkbox, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import type { Condition } from '../../../shared/condition.ts';
import { ConditionForm } from '../../canvas/ConditionForm.tsx';
import type { CampaignTrigger } from '../../canvas/StepForm.tsx';
import { expressionOf, ofKind, type Rhythm, rhythmOf } from './calendar.ts';
import { Matching } from './Matching.tsx';
import { NextTimes } from './NextTimes.tsx';

const STARTER: Condition = { attribute: 'email', op: 'exists' };
const RHYTHMS = [
  { value: 'none', label: 'by hand, or at a time' },
  { value: 'daily', label: 'every day' },
  { value: 'working', label: 'Monday to Friday' },
  { value: 'weekly', label: 'every week' },
  { value: 'monthly', label: 'every month' },
  { value: 'custom', label: 'by an expression' },
];
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** Edits whom a campaign is for and when it runs by itself. */
export function CampaignForm(props: { trigger: CampaignTrigger; put: (trigger: CampaignTrigger) => void }) {
  const { trigger, put } = props;
  const { filter, calendar } = trigger;
  const [settled] = useDebouncedValue(filter, 400);
  const without = (name: 'filter' | 'calendar') => {
    const { [name]: _gone, ...rest } = trigger;
    put(rest as CampaignTrigger);
  };
  // Chosen by hand: an expression that another kind could say too stays one.
  const [custom, setCustom] = useState(false);
  const rhythm: Rhythm | null =
    calendar === undefined ? null : custom ? { kind: 'custom', expression: calendar } : rhythmOf(calendar);
  const set = (next: Rhythm) => put({ ...trigger, calendar: expressionOf(next) });
  return (
    <Stack gap="sm">
      <Checkbox
        label="Only for profiles whose attributes match"
        checked={filter !== undefined}
        onChange={(event) => (event.currentTarget.checked ? put({ ...trigger, filter: STARTER }) : without('filter'))}
      />
      {filter && (
        <ConditionForm value={filter} change={(value) => put({ ...trigger, filter: value })} of={['attribute']} />
      )}
      <Matching filter={settled} />
      <Select
        label="Runs are started"
        allowDeselect={false}
        data={RHYTHMS}
        value={rhythm?.kind ?? 'none'}
        onChange={(kind) => {
          setCustom(kind === 'custom');
          if (kind === 'none') without('calendar');
          else if (kind) set(ofKind(kind as Rhythm['kind'], rhythm ?? { kind: 'daily', time: '09:00' }));
        }}
      />
      {rhythm && <RhythmFields rhythm={rhythm} set={set} />}
      {calendar !== undefined && <NextTimes expression={calendar} />}
      {calendar === undefined && (
        <Text size="xs" c="var(--quiet)">
          Publish it, then start it from its runs.
        </Text>
      )}
    </Stack>
  );
}

function RhythmFields({ rhythm, set }: { rhythm: Rhythm; set: (rhythm: Rhythm) => void }) {
  if (rhythm.kind === 'custom')
    return (
      <TextInput
        label="Expression"
        description="Minute, hour, day, month, weekday: 0 9 1 */3 * is the first day of every third month at 9:00"
        classNames={{ input: 'mono' }}
        maxLength={100}
        value={rhythm.expression}
        onChange={(event) => set({ ...rhythm, expression: event.currentTarget.value || '* * * * *' })}
      />
    );
  return (
    <Group gap="xs" grow>
      {rhythm.kind === 'weekly' && (
        <Select
          label="On"
          allowDeselect={false}
          data={DAYS.map((label, i) => ({ value: String(i), label }))}
          value={rhythm.day}
          onChange={(day) => day && set({ ...rhythm, day })}
        />
      )}
      {rhythm.kind === 'monthly' && (
        <Select
          label="On day"
          allowDeselect={false}
          data={Array.from({ length: 31 }, (_, i) => String(i + 1))}
          value={rhythm.day}
          onChange={(day) => day && set({ ...rhythm, day })}
        />
      )}
      <TextInput
        label="At"
        type="time"
        value={rhythm.time}
        onChange={(event) => event.currentTarget.value && set({ ...rhythm, time: event.currentTarget.value })}
      />
    </Group>
  );
}
