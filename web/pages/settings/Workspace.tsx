import { Button, Group, NumberInput, Select, Skeleton, Stack, Switch, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Failure, Section } from '../../components/index.ts';
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
  const [kept, setKept] = useState(workspace.retention);
  const [noticeUrl, setNoticeUrl] = useState(workspace.notice_url ?? '');
  const dirty =
    name !== workspace.name ||
    zone !== workspace.time_zone ||
    http !== workspace.allow_http ||
    noticeUrl.trim() !== (workspace.notice_url ?? '') ||
    KEPT.some(({ of }) => kept[of] !== workspace.retention[of]);
  const shorter = KEPT.some(({ of }) => kept[of] < workspace.retention[of]);
  const save = useMutation({
    mutationFn: () => {
      const notice_url = noticeUrl.trim() || null;
      return ask(patchWorkspace({ body: { name, time_zone: zone, allow_http: http, retention: kept, notice_url } }));
    },
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
          <TextInput
            label="Notices are also sent to"
            description="Broken origins, facts set aside, what stopped by itself: posted as JSON, signed with the default signing key (Standard Webhooks). Empty: nowhere."
            placeholder="https://"
            maxLength={2000}
            readOnly={!may}
            value={noticeUrl}
            onChange={(event) => setNoticeUrl(event.currentTarget.value)}
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
                  value={kept[of]}
                  onChange={(value) => typeof value === 'number' && setKept({ ...kept, [of]: value })}
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
