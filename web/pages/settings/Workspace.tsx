import { Button, Group, NumberInput, Select, Stack, Switch, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Failure, Reading, Section } from '../../components/index.ts';
import { type GetWorkspaceResponse, getWorkspace, patchWorkspace } from '../../data/api/index.ts';
import { useMay } from '../../data/me.ts';
import { ask } from '../../data/queries.ts';

const KEPT = [
  {
    of: 'requests_days',
    label: 'Requests and responses',
    description: 'With their bodies. At most as long as deliveries; resending needs them.',
  },
  { of: 'deliveries_days', label: 'Deliveries', description: 'And who went through which scenario.' },
  { of: 'events_days', label: 'Events', description: "On profiles' timelines." },
] as const;

/** Name, time zone, where notices go, how long the record is kept, and whether requests may go out over plain HTTP. */
export function Workspace() {
  const query = useQuery({ queryKey: ['workspace'], queryFn: () => ask(getWorkspace()) });
  if (!query.data) return <Reading query={query} of="the workspace" rows={8} rowHeight={64} lead />;
  return <Form workspace={query.data} />;
}

type Fields = Pick<GetWorkspaceResponse, 'name' | 'time_zone' | 'allow_http' | 'retention' | 'notice_url'>;

/** What is typed is kept until it is saved, whatever arrives meanwhile; fields that nobody touched follow the server. */
function Form({ workspace }: { workspace: GetWorkspaceResponse }) {
  const client = useQueryClient();
  const may = useMay('edit_workspace');
  const [typed, setTyped] = useState<Partial<Fields>>({});
  const { name, time_zone, allow_http, retention, notice_url } = { ...workspace, ...typed };
  const type = (fields: Partial<Fields>) => setTyped((before) => ({ ...before, ...fields }));
  const dirty =
    name !== workspace.name ||
    time_zone !== workspace.time_zone ||
    allow_http !== workspace.allow_http ||
    (notice_url?.trim() || null) !== workspace.notice_url ||
    KEPT.some(({ of }) => retention[of] !== workspace.retention[of]);
  const shorter = KEPT.some(({ of }) => retention[of] < workspace.retention[of]);
  const save = useMutation({
    mutationFn: (fields: Partial<Fields>) => {
      const url = fields.notice_url?.trim() || null;
      return ask(patchWorkspace({ body: 'notice_url' in fields ? { ...fields, notice_url: url } : fields }));
    },
    onSuccess: (saved, sent) => {
      client.setQueryData(['workspace'], saved);
      setTyped((now) => (now === sent ? {} : now));
      notifications.show({ message: 'Saved' });
      void client.invalidateQueries({ queryKey: ['me'] });
    },
  });
  return (
    <Section title="Workspace">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate(typed);
        }}
      >
        <Stack gap="sm" maw={420}>
          {!may && (
            <Text size="sm" c="var(--quiet)">
              The workspace is set up by developers and administrators; your role may look at it.
            </Text>
          )}
          {save.isError && <Failure error={save.error} />}
          <TextInput
            label="Name"
            required
            maxLength={200}
            readOnly={!may}
            value={name}
            onChange={(event) => type({ name: event.currentTarget.value })}
          />
          <Select
            label="Time zone"
            searchable
            allowDeselect={false}
            disabled={!may}
            data={[...new Set(['UTC', time_zone, ...Intl.supportedValuesOf('timeZone')])]}
            value={time_zone}
            onChange={(value) => value && type({ time_zone: value })}
          />
          <Switch
            label="Requests may go out over plain HTTP"
            description="For tests and private networks. Bodies and credentials can be read on the way."
            checked={allow_http}
            disabled={!may}
            onChange={(event) => type({ allow_http: event.currentTarget.checked })}
          />
          <TextInput
            label="Notices are also sent to"
            description="Broken origins, facts set aside, what stopped by itself: posted as JSON, signed with the default signing key (Standard Webhooks). Empty: nowhere."
            placeholder="https://"
            maxLength={2000}
            readOnly={!may}
            value={notice_url ?? ''}
            onChange={(event) => type({ notice_url: event.currentTarget.value })}
          />
          <fieldset style={{ border: 0, margin: 0, padding: 0 }}>
            <legend style={{ fontWeight: 500, padding: 0 }}>How many days are kept</legend>
            <Stack gap="sm" mt={6}>
              {KEPT.map(({ of, label, description }) => (
                <NumberInput
                  key={of}
                  label={label}
                  description={description}
                  min={1}
                  max={3650}
                  allowDecimal={false}
                  required
                  disabled={!may}
                  w={260}
                  value={retention[of]}
                  onChange={(value) => typeof value === 'number' && type({ retention: { ...retention, [of]: value } })}
                />
              ))}
              {shorter && (
                <Text size="sm">
                  What is older than that is deleted within minutes of saving, and can't be brought back. What still
                  waits is kept, and so are the statistics.
                </Text>
              )}
            </Stack>
          </fieldset>
          <Group>
            <Button type="submit" disabled={!dirty || !may} loading={save.isPending}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  );
}
