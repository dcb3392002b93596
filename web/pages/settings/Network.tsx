import { Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Copy, Facts, Reading, Section } from '../../components/index.ts';
import { getEgressAddresses } from '../../data/api/index.ts';
import { ask } from '../../data/queries.ts';

const mono = (text: string) => <span className="mono">{text}</span>;

/** How requests leave the installation; set where it runs, so it is shown alone. */
export function Network() {
  const query = useQuery({ queryKey: ['egress-addresses'], queryFn: () => ask(getEgressAddresses()) });
  if (!query.data) return <Reading query={query} of="how requests leave" rows={4} rowHeight={32} lead />;
  const { known, addresses, note, proxy, allow } = query.data;
  const list = (values: string[], label: string) =>
    values.length === 0 ? null : (
      <span>
        {mono(values.join(', '))} <Copy text={values.join('\n')} label={label} />
      </span>
    );
  return (
    <Section title="Network">
      <Stack gap="sm" maw={720}>
        <Text size="sm" c="var(--quiet)">
          {note}
        </Text>
        <Facts
          rows={[
            ['Requests come from', known ? list(addresses, 'Copy the addresses') : 'not known'],
            ['Through a proxy', proxy ? mono(proxy) : 'no (HANDOFF_EGRESS_PROXY)'],
            [
              'May also call',
              list(allow, 'Copy the ranges') ?? 'public addresses alone (HANDOFF_EGRESS_ALLOW adds private ranges)',
            ],
          ]}
        />
      </Stack>
    </Section>
  );
}
