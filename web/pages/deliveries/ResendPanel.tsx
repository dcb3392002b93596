import { Button, Drawer, Group, NumberInput, Radio, Skeleton, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { Failure, Ref, State, When } from '../../components/index.ts';
import { type PostResendsPreviewResponse, postResends, postResendsPreview } from '../../data/api/index.ts';
import { useNames } from '../../data/names.ts';
import { ask } from '../../data/queries.ts';
import { FilterWords } from './FilterWords.tsx';
import { type Filters, queryOf } from './filters.ts';

type Mode = 'same_bytes' | 'render_anew';
const FASTEST = 2_000;
// In view however long the sample is.
const STICKY = { position: 'sticky', bottom: 0, background: 'var(--mantine-color-body)' } as const;

/** Sends again what the filters of the list show: first a count and a sample, then a job. */
export function ResendPanel({ filters, close }: { filters: Filters; close: () => void }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  // As of when the panel was opened, so that what is counted is what is sent.
  const [filter] = useState(() => queryOf(filters, Date.now()));
  const [mode, setMode] = useState<Mode>('same_bytes');
  const [rate, setRate] = useState<number | string>(50);
  const preview = useQuery({
    queryKey: ['resend-preview', filter, mode],
    queryFn: () => ask(postResendsPreview({ body: { filter, mode } })),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  const make = useMutation({
    mutationFn: () => ask(postResends({ body: { filter, mode, per_second: Number(rate) } })),
    onSuccess: (job) => {
      void client.invalidateQueries({ queryKey: ['resends'] });
      void navigate({ to: `/resends/${job.id}` as never });
    },
  });
  const found = preview.data;
  const rateWrong = !(Number(rate) >= 1 && Number(rate) <= FASTEST);
  return (
    <Drawer opened onClose={close} position="right" size={560} title={<b>Resend these deliveries</b>}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          make.mutate();
        }}
      >
        <Stack gap="md">
          <Text size="sm" c="var(--quiet)">
            Meant: <FilterWords filter={filter} />. What is queued from now on isn’t touched.
          </Text>
          <Radio.Group label="What is sent" value={mode} onChange={(value) => setMode(value as Mode)}>
            <Stack gap="xs" mt={6}>
              <Radio
                value="same_bytes"
                label="The same bytes"
                description="The stored request, under the same webhook-id and Idempotency-Key. A receiver that has it already can tell, so nothing happens twice there."
              />
              <Radio
                value="render_anew"
                label="Rendered anew"
                description="A new request from what the profile and the webhook are today, under an id and a key of its own. A receiver takes it for something new, so what arrived before may happen twice."
              />
            </Stack>
          </Radio.Group>
          <NumberInput
            label="Deliveries a second, at most"
            description="Events go first in any case, and a throughput policy’s limit holds besides."
            min={1}
            max={FASTEST}
            clampBehavior="none"
            allowDecimal={false}
            maw={260}
            value={rate}
            onChange={setRate}
            error={rateWrong && `From 1 to ${FASTEST.toLocaleString('en')}`}
          />
          {preview.isError && <Failure error={preview.error} retry={() => void preview.refetch()} />}
          {preview.isPending && <Skeleton height={180} role="status" aria-busy aria-label="Counting" />}
          {found && <Found found={found} />}
          {make.isError && <Failure error={make.error} />}
          <Group justify="flex-end" py="sm" style={STICKY}>
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button type="submit" disabled={!found || found.count === 0 || rateWrong} loading={make.isPending}>
              {found && found.count > 0 ? `Resend ${number(found)}` : 'Resend'}
            </Button>
          </Group>
        </Stack>
      </form>
    </Drawer>
  );
}

const number = ({ count, more }: PostResendsPreviewResponse) =>
  `${more ? 'more than ' : ''}${count.toLocaleString('en')}`;

/** How many there are, by state, and the first ten with what would keep them back. */
function Found({ found }: { found: PostResendsPreviewResponse }) {
  const nameOf = useNames();
  if (found.count === 0) return <Text>Nothing meets these filters any more.</Text>;
  return (
    <Stack gap="xs">
      <Text>
        <b>{number(found)}</b> {found.count === 1 && !found.more ? 'meets' : 'meet'} these filters.
      </Text>
      <Group gap="md">
        {Object.entries(found.by_state).map(([state, n]) => (
          <State key={state} of={state} note={n.toLocaleString('en')} />
        ))}
      </Group>
      <Text size="sm" c="var(--quiet)">
        The first of them. What hasn’t ended, has no request, or arrived by an earlier resend is left out and counted.
      </Text>
      <ul style={{ margin: 0, padding: 0, listStyle: 'none' }} aria-label="The first deliveries">
        {found.sample.map((one) => (
          <li key={one.id} style={{ padding: '6px 0', borderTop: '1px solid var(--line)' }}>
            <Group justify="space-between" gap="xs" wrap="nowrap">
              <Ref to={`/deliveries/${one.id}`}>
                <State of={one.state} />
              </Ref>
              <Text size="sm" truncate style={{ flex: 1 }}>
                {nameOf(one.webhook)}
              </Text>
              <Text size="sm" c="var(--quiet)">
                <When at={one.queued_at} />
              </Text>
            </Group>
            <Text size="sm" c="var(--quiet)">
              {one.skipped ? `Left out: ${one.skipped.message}` : (one.reason?.message ?? '')}
            </Text>
          </li>
        ))}
      </ul>
    </Stack>
  );
}
