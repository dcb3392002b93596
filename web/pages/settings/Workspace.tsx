import { Button, Group, Select, Skeleton, Stack, Switch, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Failure, Section } from '../../components/index.ts';
import { type GetWorkspaceResponse, getWorkspace, patchWorkspace } from '../../data/api/index.ts';
import { useMay } from '../../data/me.ts';
import { ask } from '../../data/queries.ts';

/** Name, time zone, and whether requests may go out over plain HTTP. */
export function Workspace() {
  const query = useQuery({ queryKey: ['workspace'], queryFn: () => ask(getWorkspace()) });
  if (query.isError && !query.data) return <Failure error={query.error} />;
  if (!query.data) return <Skeleton height={200} />;
  return <Form key={JSON.stringify(query.data)} workspace={query.data} />;
}

function Form({ workspace }: { workspace: GetWorkspaceResponse }) {
  const client = useQueryClient();
  const may = useMay('edit_workspace');
  const [name, setName] = useState(workspace.name);
  const [zone, setZone] = useState(workspace.time_zone);
  const [http, setHttp] = useState(workspace.allow_http);
  const dirty = name !== workspace.name || zone !== workspace.time_zone || http !== workspace.allow_http;
  const save = useMutation({
    mutationFn: () => ask(patchWorkspace({ body: { name, time_zone: zone, allow_http: http } })),
    onSuccess: () => {
      notifications.show({ message: 'Saved' });
      void client.invalidateQueries({ queryKey: ['workspace'] });
      void client.invalidateQueries({ queryKey: ['me'] });
    },
  });
  return (
    <Section title="Workspace">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <Stack gap="sm" maw={420}>
          {save.isError && <Failure error={save.error} />}
          <TextInput
            label="Name"
            required
            maxLength={200}
            readOnly={!may}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Select
            label="Time zone"
            searchable
            allowDeselect={false}
            disabled={!may}
            data={[...new Set(['UTC', zone, ...Intl.supportedValuesOf('timeZone')])]}
            value={zone}
            onChange={(value) => value && setZone(value)}
          />
          <Switch
            label="Requests may go out over plain HTTP"
            description="For tests and private networks. Bodies and credentials can be read on the way."
            checked={http}
            disabled={!may}
            onChange={(event) => setHttp(event.currentTarget.checked)}
          />
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
