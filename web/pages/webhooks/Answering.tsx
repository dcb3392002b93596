import { Select, Stack, TextInput } from '@mantine/core';
import type { Definition } from './draft.ts';
import { Success } from './Success.tsx';
import { parseStatuses, type StatusList } from './statuses.ts';
import { useTyped } from './typed.ts';

interface Given {
  draft: Definition;
  change: (part: Partial<Definition>) => void;
  may: boolean;
  wrong: (field: string) => string | undefined;
}
type Own = Exclude<Definition['statuses'], string>;

const RULES = [
  { value: 'standard', label: 'Standard', says: '2xx arrived; 408, 409, 425, 429 and 5xx are tried again.' },
  {
    value: 'bloomreach',
    label: "Bloomreach's",
    says: 'As standard, and 400, 404, 410, 412, 413 and 418 stop the whole campaign.',
  },
  { value: 'own', label: 'Own rules', says: 'A status goes before its class; what stands nowhere has failed.' },
];
const OWN: Own = { delivered: ['2xx'], retry: [408, 409, 425, 429, '5xx'], fail: [], stop: [] };
const LISTS: { name: keyof Own; label: string; description: string }[] = [
  { name: 'delivered', label: 'Delivered', description: 'It arrived' },
  { name: 'retry', label: 'Try again', description: 'By the waits above, while tries are left' },
  { name: 'fail', label: 'Failed', description: 'For good; so is whatever stands nowhere' },
  { name: 'stop', label: 'Stop the campaign', description: 'Failed, and what waits is halted until you release it' },
];

/** What answers mean: statuses, and what a body must say to count as delivered. */
export function Answering(props: Given) {
  const { draft, change, may, wrong } = props;
  const own = typeof draft.statuses === 'object' ? draft.statuses : null;
  const value = own ? 'own' : (draft.statuses as string);
  return (
    <Stack gap="sm">
      <Select
        label="What the answer's status means"
        allowDeselect={false}
        disabled={!may}
        data={RULES.map(({ value, label }) => ({ value, label }))}
        description={RULES.find((one) => one.value === value)?.says}
        value={value}
        error={wrong('statuses')}
        onChange={(value) =>
          value && change({ statuses: value === 'own' ? OWN : (value as 'standard' | 'bloomreach') })
        }
      />
      {own &&
        LISTS.map((list) => (
          <Statuses
            key={list.name}
            {...list}
            may={may}
            value={own[list.name]}
            refused={
              wrong(`statuses.${list.name}`) ??
              own[list.name].map((_, i) => wrong(`statuses.${list.name}.${i}`)).find(Boolean)
            }
            change={(value) => change({ statuses: { ...own, [list.name]: value } })}
          />
        ))}
      <Success
        label="A delivered status counts only if the body says so"
        description="For endpoints that answer 200 whatever happens"
        where="Value in the body"
        field="success"
        success={draft.success}
        change={(success) => change({ success })}
        may={may}
        wrong={wrong}
      >
        A body that is no JSON, or longer than 64 KB, doesn’t say that all is well.
      </Success>
    </Stack>
  );
}

/** A list of statuses and classes, typed as text. */
export function Statuses(props: {
  label: string;
  description: string;
  value: StatusList;
  may: boolean;
  refused: string | undefined;
  change: (value: StatusList) => void;
}) {
  const [text, setText] = useTyped(props.value, props.value.join(', '));
  const { wrong } = parseStatuses(text);
  return (
    <TextInput
      label={props.label}
      description={`${props.description}. E.g. 2xx, 404`}
      value={text}
      readOnly={!props.may}
      error={wrong ?? props.refused}
      onChange={(event) => {
        const next = event.currentTarget.value;
        const { statuses } = parseStatuses(next);
        setText(next, statuses ?? props.value);
        if (statuses) props.change(statuses);
      }}
    />
  );
}
