import { Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMay } from '../../../data/me.ts';
import type { Definition } from '../draft.ts';
import { Differences } from '../Escapings.tsx';
import { differingParts } from '../requests.ts';
import { previewOf, type TryWith } from '../trial.ts';

/** What two definitions would send for the values that it is tried with: the same, what differs, or why nothing. */
export function Outcome(props: { webhook: string; with_: TryWith; before: Definition; after: Definition }) {
  const { webhook, with_, before, after } = props;
  const may = useMay('read_bodies');
  const query = useQuery({
    queryKey: ['preview of two', webhook, JSON.stringify([before, after, with_])],
    queryFn: () => previewOf(webhook, before, with_, after),
    enabled: may,
    retry: false,
    gcTime: 5_000,
    placeholderData: (last) => last,
  });
  if (!query.data) return null;
  const { request, other } = query.data;
  if (other === null) return null;
  if (other.request === null)
    return (
      <Text size="sm" c="var(--bad)" role="status">
        With the values it is tried with, nothing would be sent: {other.why}
      </Text>
    );
  if (request === null)
    return (
      <Text size="sm" role="status">
        With the values it is tried with, it could be sent, which it can't be today.
      </Text>
    );
  const parts = differingParts(request, other.request, before.signing.header);
  if (parts.length === 0)
    return (
      <Text size="sm" role="status">
        With the values it is tried with, the same bytes would be sent.
      </Text>
    );
  return (
    <Stack gap={6}>
      <Text size="sm" role="status" c="var(--wait)">
        With the values it is tried with, something else would be sent in {parts.map(({ part }) => part).join(', ')}.
      </Text>
      <Differences parts={parts} />
    </Stack>
  );
}
