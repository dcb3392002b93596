import { Button, Group, Modal, Select, Table, Text, UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { CursorList, Empty, Facts, Ref, useFilters, When } from '../../components/index.ts';
import { type GetAuditResponse, getApiKeys, getAudit, getPeople } from '../../data/api/index.ts';
import { useMay } from '../../data/me.ts';
import { ask } from '../../data/queries.ts';
import { Field, shownValue } from './Change.tsx';

type Entry = GetAuditResponse['items'][number];

// Kinds of things as the API's paths name them, and where one of them stands.
const THINGS: Record<string, { label: string; to?: (id: string) => string }> = {
  webhooks: { label: 'Webhooks', to: (id) => `/webhooks/${id}` },
  scenarios: { label: 'Scenarios', to: (id) => `/scenarios/${id}` },
  profiles: { label: 'Profiles', to: (id) => `/profiles/${id}` },
  deliveries: { label: 'Deliveries', to: (id) => `/deliveries/${id}` },
  inspectors: { label: 'Inspectors', to: (id) => `/inspectors/${id}` },
  attributes: { label: 'Attributes' },
  people: { label: 'People' },
  invitations: { label: 'Invitations' },
  'api-keys': { label: 'API keys' },
  'signing-keys': { label: 'Signing keys' },
  policies: { label: 'Throughput policies' },
  workspace: { label: 'Workspace' },
  sample: { label: 'Sample data' },
};

/** Who changed what, newest first, with values before and after; found by thing and by person, in the address. */
export function Audit() {
  const [{ thing, thing_id, actor }, set] = useFilters();
  const [shown, show] = useState<Entry | null>(null);
  const actors = useActors(actor);
  const filters = { ...(thing && { thing }), ...(thing_id && { thing_id }), ...(actor && { actor }) };
  return (
    <>
      <Group gap="xs" mb="sm">
        <Select
          aria-label="Kind of thing"
          placeholder="Anything"
          w={160}
          clearable
          data={Object.entries(THINGS).map(([value, { label }]) => ({ value, label }))}
          value={thing ?? null}
          onChange={(value) => set({ thing: value ?? undefined, thing_id: undefined })}
        />
        <Select
          aria-label="Who"
          placeholder="Anyone"
          w={200}
          clearable
          searchable
          data={actors}
          value={actor ?? null}
          onChange={(value) => set({ actor: value ?? undefined })}
        />
        {thing_id && (
          <Text size="sm" className="mono" c="var(--quiet)" style={{ overflowWrap: 'anywhere' }}>
            {thing_id}
          </Text>
        )}
        {(thing || thing_id || actor) && (
          <Button
            variant="subtle"
            color="gray"
            onClick={() => set({ thing: undefined, thing_id: undefined, actor: undefined })}
          >
            Clear
          </Button>
        )}
      </Group>
      <CursorList<Entry>
        key={JSON.stringify(filters)}
        label="audit log"
        queryKey={['audit', thing, thing_id, actor]}
        load={(cursor) => ask(getAudit({ query: { limit: 50, ...filters, ...(cursor && { cursor }) } }))}
        columns={[
          { label: 'When', width: '90px', narrow: '92px', cell: (item) => <When at={item.at} /> },
          {
            label: 'Who',
            width: '18%',
            cell: (item) => (
              <Text size="sm" lineClamp={2} component="div" style={{ overflowWrap: 'anywhere' }}>
                {item.actor.id ? (
                  <Ref to="/settings" search={{ part: 'audit', actor: item.actor.id }}>
                    {item.actor.name}
                  </Ref>
                ) : (
                  item.actor.name
                )}{' '}
                {item.actor.kind === 'key' && <span className="quiet">key</span>}
              </Text>
            ),
          },
          {
            label: 'What',
            width: '30%',
            cell: (item) => (
              <UnstyledButton
                className="link"
                onClick={() => show(item)}
                style={{ display: 'block', maxWidth: '100%' }}
              >
                <Text size="sm" lineClamp={2} ta="left" c="var(--mantine-color-anchor)">
                  {item.action}
                </Text>
              </UnstyledButton>
            ),
          },
          {
            label: 'Of',
            width: '20%',
            wideOnly: true,
            cell: (item) => (
              <Text size="sm" truncate component="div">
                <Thing of={item} />
              </Text>
            ),
          },
          {
            label: 'Changed',
            width: '28%',
            wideOnly: true,
            cell: (item) => (
              <Text size="sm" c="var(--quiet)" truncate>
                {inShort(item)}
              </Text>
            ),
          },
        ]}
        empty={
          <Empty>{thing || thing_id || actor ? 'No change matches these filters.' : 'Nothing was changed yet.'}</Empty>
        }
      />
      <Modal opened={shown !== null} onClose={() => show(null)} title={shown?.action} size="lg">
        {shown && <Whole entry={shown} />}
      </Modal>
    </>
  );
}

function inShort({ changes, fields }: Entry): string {
  const [first] = changes;
  if (!first) return fields.join(', ');
  const more = changes.length > 1 ? `, and ${changes.length - 1} more` : '';
  if (first.before === null) return `${first.field}: ${shownValue(first.after)}${more}`;
  return `${first.field}: ${shownValue(first.before)} → ${shownValue(first.after)}${more}`;
}

/** Who may stand in the filter: people and keys of now, and whoever the address names. */
function useActors(chosen: string | undefined): { value: string; label: string }[] {
  const mayKeys = useMay('manage_keys');
  const people = useQuery({ queryKey: ['people', 'names'], queryFn: () => ask(getPeople({ query: { limit: 200 } })) });
  const keys = useQuery({
    queryKey: ['api-keys', 'names'],
    queryFn: () => ask(getApiKeys({ query: { limit: 200 } })),
    enabled: mayKeys,
  });
  const all = [
    ...(people.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name })),
    ...(keys.data?.items ?? []).map(({ id, name }) => ({ value: id, label: `${name} (key)` })),
  ];
  if (chosen && !all.some(({ value }) => value === chosen)) all.push({ value: chosen, label: chosen });
  return all;
}

function Thing({ of: { thing, thing_id, thing_name } }: { of: Entry }) {
  const known = thing === null ? undefined : THINGS[thing];
  const name = thing_name ?? thing_id ?? known?.label ?? thing ?? '';
  if (thing_id === null || !known?.to) return <span title={thing_id ?? undefined}>{name}</span>;
  return <Ref to={known.to(thing_id)}>{name}</Ref>;
}

function Whole({ entry }: { entry: Entry }) {
  const { thing, thing_id, fields, changes, actor, at } = entry;
  return (
    <>
      <Facts
        rows={[
          ['Who', `${actor.name}${actor.kind === 'key' ? ' (API key)' : ''}`],
          ['When', <When key="when" at={at} />],
          ['Of', <Thing key="of" of={entry} />],
          ...(thing_id
            ? [
                [
                  'History',
                  <Ref key="all" to="/settings" search={{ part: 'audit', ...(thing && { thing }), thing_id }}>
                    every change of it
                  </Ref>,
                ] as const,
              ]
            : []),
        ]}
      />
      {changes.length === 0 ? (
        <Text size="sm" c="var(--quiet)" mt="md">
          {fields.length > 0
            ? `Named: ${fields.join(', ')}. Values aren’t kept here.`
            : 'Nothing that is shown has changed.'}
        </Text>
      ) : (
        <Table.ScrollContainer minWidth={300} type="native" tabIndex={0} mt="md">
          <Table verticalSpacing={6} aria-label="Fields">
            <Table.Thead>
              <Table.Tr>
                {['Field', 'Before', 'After'].map((label) => (
                  <Table.Th key={label}>
                    <Text size="xs" fw={600} c="var(--quiet)" component="span">
                      {label}
                    </Text>
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {changes.map((change) => (
                <Field key={change.field} {...change} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </>
  );
}
