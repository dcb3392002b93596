import { Group, Select, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { Definition } from './draft.ts';
import type { Composing } from './placed.ts';
import { Switch } from './switching/Switch.tsx';
import { switching } from './switching/switching.ts';

const LANGUAGES: { value: Definition['language']; label: string; names: string[]; plain: string }[] = [
  {
    value: 'liquid',
    label: 'Liquid (Customer.io)',
    names: ['{{ customer.email }}', '{{ event.order_id }}', '{{ response.id }}'],
    plain: '{{ customer.html | raw }}',
  },
  {
    value: 'jinja',
    label: 'Jinja (Bloomreach)',
    names: ['{{ customer.email }}', '{{ event.order_id }}', '{{ webhook.id }}'],
    plain: '{{ customer.html | safe }}',
  },
  {
    value: 'mustache',
    label: 'Mustache (BlueConic)',
    names: ['{{email}}', '{{event.order_id}}', '{{#tags}}{{.}}{{/tags}}'],
    plain: '{{{html}}}',
  },
  {
    value: 'velocity',
    label: 'Velocity (eSputnik)',
    names: ['$!email', '$!event.order_id', '#if($plan == "pro")…#end'],
    plain: '$esc.none($html)',
  },
];
const ESCAPING = [
  { value: 'automatic', label: 'Escaped for where it stands' },
  { value: 'vendor', label: 'As the vendor does' },
];

/** The language of all templates of the webhook, and how values are escaped in them. */
export function Language(props: Composing) {
  const { draft, change, wrong, may } = props;
  const [to, setTo] = useState<Definition['language'] | null>(null);
  const choose = (language: Definition['language']) => {
    if (language === draft.language) return;
    const { carried, left } = switching(draft, language);
    // With nothing that either language acts on, there is nothing to tell.
    if (carried.length + left.length === 0) change({ language });
    else setTo(language);
  };
  const chosen = LANGUAGES.find((one) => one.value === draft.language);
  return (
    <Stack gap={4}>
      {to !== null && <Switch {...props} to={to} close={() => setTo(null)} />}
      <Group gap="xs" align="flex-start">
        <Select
          label="Language of its templates"
          w={220}
          maw="100%"
          allowDeselect={false}
          disabled={!may}
          data={LANGUAGES.map(({ value, label }) => ({ value, label }))}
          value={draft.language}
          error={wrong('language')}
          onChange={(value) => value && choose(value as Definition['language'])}
        />
        <Select
          label="Values are"
          w={240}
          maw="100%"
          allowDeselect={false}
          disabled={!may}
          data={ESCAPING}
          value={draft.escaping}
          error={wrong('escaping')}
          onChange={(value) => value && change({ escaping: value as Definition['escaping'] })}
        />
      </Group>
      {chosen && (
        <Text size="xs" c="var(--quiet)">
          {chosen.names.map((name, i) => (
            <span key={name}>
              {i > 0 && ', '}
              <span className="mono">{name}</span>
            </span>
          ))}
          {draft.escaping === 'automatic' && (
            <>
              ; as it is: <span className="mono">{chosen.plain}</span>
            </>
          )}
        </Text>
      )}
    </Stack>
  );
}
