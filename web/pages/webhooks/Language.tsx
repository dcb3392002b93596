import { Group, Select, Stack, Text } from '@mantine/core';
import type { Definition } from './draft.ts';

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
export function Language(props: {
  draft: Definition;
  change: (part: Partial<Definition>) => void;
  wrong: (field: string) => string | undefined;
  may: boolean;
}) {
  const { draft, change, wrong, may } = props;
  const chosen = LANGUAGES.find((one) => one.value === draft.language);
  return (
    <Stack gap={4}>
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
          onChange={(value) => value && change({ language: value as Definition['language'] })}
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
