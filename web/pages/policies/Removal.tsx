import { Button, Group, Modal, Radio, Select, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Failure, Reading, Ref } from '../../components/index.ts';
import { deletePoliciesPolicy, getPolicies, getPoliciesPolicyReferences } from '../../data/api/index.ts';
import { ask } from '../../data/queries.ts';
import type { Policy } from './limit.ts';

/** Deleting a policy: who uses it, and what is to stand in its place. */
export function Removal({ policy, close }: { policy: Policy; close: () => void }) {
  const client = useQueryClient();
  const used = useQuery({
    queryKey: ['policies', 'references', policy.id],
    queryFn: () => ask(getPoliciesPolicyReferences({ path: { policy: policy.id } })),
  });
  const others = useQuery({
    queryKey: ['policies', 'all'],
    queryFn: () => ask(getPolicies({ query: { limit: 200 } })),
  });
  const [choice, setChoice] = useState<'replace' | 'none' | 'stop'>('replace');
  const [other, setOther] = useState<string | null>(null);
  const remove = useMutation({
    mutationFn: () => {
      const replacement = choice === 'replace' ? other : 'none';
      const query = choice === 'stop' ? { stop: 'true' as const } : replacement ? { replacement } : {};
      return ask(deletePoliciesPolicy({ path: { policy: policy.id }, query }));
    },
    onSuccess: () => {
      notifications.show({ message: `${policy.name} was deleted. What is queued under it keeps its limits.` });
      void client.invalidateQueries({ queryKey: ['policies'] });
      close();
    },
  });
  const { webhooks = [], scenarios = [] } = used.data ?? {};
  const active = scenarios.filter((one) => one.state === 'active');
  return (
    <Modal opened onClose={close} title={`Delete ${policy.name}`}>
      <Stack gap="sm">
        {remove.error && <Failure error={remove.error} />}
        <Reading query={used} of="what uses it" rows={2} bare />
        {used.data && webhooks.length === 0 && <Text size="sm">No webhook is under this policy.</Text>}
        {webhooks.length > 0 && (
          <>
            <Things title="Webhooks under it" things={webhooks} place="webhooks" />
            {active.length > 0 && <Things title="Active scenarios that use them" things={active} place="scenarios" />}
            <Radio.Group label="From now on" value={choice} onChange={(value) => setChoice(value as typeof choice)}>
              <Stack gap={6} mt={6}>
                <Radio value="replace" label="another policy limits them" />
                <Radio value="none" label="nothing limits them" />
                <Radio
                  value="stop"
                  label={`they have no limit, and the ${active.length} active scenarios are paused`}
                  disabled={active.length === 0}
                />
              </Stack>
            </Radio.Group>
            {choice === 'replace' && (
              <Select
                label="The other policy"
                searchable
                value={other}
                data={(others.data?.items ?? [])
                  .filter((one) => one.id !== policy.id)
                  .map((one) => ({ value: one.id, label: one.name }))}
                onChange={setOther}
                nothingFoundMessage="There is no other policy"
              />
            )}
          </>
        )}
        <Group>
          <Button
            color="red"
            loading={remove.isPending}
            disabled={!used.data || (webhooks.length > 0 && choice === 'replace' && other === null)}
            onClick={() => remove.mutate()}
          >
            Delete
          </Button>
          <Button variant="default" onClick={close}>
            Keep it
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function Things({ title, things, place }: { title: string; things: { id: string; name: string }[]; place: string }) {
  const shown = things.slice(0, 8);
  return (
    <div>
      <Text size="sm" fw={600}>
        {title}
      </Text>
      <Text size="sm" component="div">
        {shown.map((one, i) => (
          <span key={one.id}>
            {i > 0 && ', '}
            <Ref to={`/${place}/${one.id}`}>{one.name}</Ref>
          </span>
        ))}
        {things.length > shown.length && <span className="quiet"> and {things.length - shown.length} more</span>}
      </Text>
    </div>
  );
}
