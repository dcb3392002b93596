import { Button, Group, Modal, NumberInput, Select, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Failure } from '../../components/index.ts';
import { type PostPoliciesData, postPolicies, putPoliciesPolicy } from '../../data/api/index.ts';
import { ApiFailure } from '../../data/failure.ts';
import { useMay } from '../../data/me.ts';
import { ask } from '../../data/queries.ts';
import type { Policy } from './limit.ts';

type Per = NonNullable<PostPoliciesData['body']>['per'];

/** A policy's name and limits; a new one when there is none. */
export function PolicyForm({ policy, close }: { policy: Policy | null; close: () => void }) {
  const client = useQueryClient();
  const may = useMay('edit_urls');
  const [name, setName] = useState(policy?.name ?? '');
  const [concurrency, setConcurrency] = useState<number | ''>(policy?.concurrency ?? '');
  const [rate, setRate] = useState<number | ''>(policy?.rate ?? '');
  const [per, setPer] = useState<NonNullable<Per>>(policy?.per ?? 'second');
  const save = useMutation({
    mutationFn: async () => {
      const body = {
        name,
        concurrency: concurrency === '' ? null : concurrency,
        rate: rate === '' ? null : rate,
        per: rate === '' ? null : per,
      };
      if (policy) await ask(putPoliciesPolicy({ path: { policy: policy.id }, body }));
      else await ask(postPolicies({ body }));
    },
    onSuccess: () => {
      notifications.show({
        message: policy ? 'Saved. The new limit works within a second.' : 'Made. Choose it in a webhook.',
      });
      void client.invalidateQueries({ queryKey: ['policies'] });
      close();
    },
  });
  const failure = save.error instanceof ApiFailure ? save.error : null;
  return (
    <Modal opened onClose={close} title={policy ? policy.name : 'New throughput policy'}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <Stack gap="sm">
          {failure && failure.fields.length === 0 && <Failure error={failure} />}
          <TextInput
            label="Name"
            required
            maxLength={200}
            readOnly={!may}
            value={name}
            error={failure?.of('name')}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <NumberInput
            label="Requests open at a time"
            description="Left empty: any number"
            min={1}
            max={10_000}
            allowDecimal={false}
            readOnly={!may}
            value={concurrency}
            error={failure?.of('concurrency')}
            onChange={(value) => setConcurrency(value === '' ? '' : Number(value))}
          />
          <Group align="flex-start" gap="sm" wrap="nowrap">
            <NumberInput
              label="Requests begun"
              description="Left empty: any number"
              min={1}
              max={10_000_000}
              allowDecimal={false}
              thousandSeparator=","
              readOnly={!may}
              style={{ flex: 1 }}
              value={rate}
              error={failure?.of('rate')}
              onChange={(value) => setRate(value === '' ? '' : Number(value))}
            />
            <Select
              label="In any"
              description="A sliding window"
              w={130}
              allowDeselect={false}
              disabled={!may}
              value={per}
              data={['second', 'minute', 'hour', 'day']}
              onChange={(value) => value && setPer(value as NonNullable<Per>)}
            />
          </Group>
          <Text size="sm" c="var(--quiet)">
            What is beyond the limit waits, and uses up no try. A request that may be open anywhere counts, also when
            the process that sent it has died.
          </Text>
          <Group>
            <Button type="submit" loading={save.isPending} disabled={!may}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
