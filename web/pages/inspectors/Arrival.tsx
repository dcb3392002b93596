import { Text } from '@mantine/core';
import { Bytes, Facts, Headers, Section, When } from '../../components/index.ts';
import type { GetInspectorsInspectorRequestsResponse } from '../../data/api/index.ts';

type Item = GetInspectorsInspectorRequestsResponse['items'][number];

/** One request as it arrived: signature, headers, body. What strangers sent is shown as text alone. */
export function Arrival({ item }: { item: Item }) {
  return (
    <Section title="Request">
      <Text className="mono" style={{ overflowWrap: 'anywhere' }}>
        {item.method} {item.path || '/'}
        {item.query && `?${item.query}`}
      </Text>
      <Facts
        rows={[
          ['Arrived', <When key="a" at={item.at} />],
          ['Signature', <Signature key="s" of={item.signature} />],
        ]}
      />
      <Headers headers={item.headers.map(([name, value]) => ({ name, value }))} />
      {item.body_base64 === null ? (
        <Bytes text={item.body} cut={item.cut} label="the body" />
      ) : (
        <Text c="var(--quiet)">{item.size.toLocaleString('en')} bytes that are no text.</Text>
      )}
    </Section>
  );
}

const SCHEMES: Record<string, string> = {
  'standard-webhooks': 'Standard Webhooks',
  'customer.io': 'Customer.io',
  sha256: 'sha256=',
};

function Signature({ of: { checked, valid, scheme } }: { of: Item['signature'] }) {
  if (!checked) return <span className="quiet">none that is known here</span>;
  const name = SCHEMES[scheme ?? ''] ?? scheme;
  return valid ? (
    <span style={{ color: 'var(--good)' }}>right, by a signing key of this workspace ({name})</span>
  ) : (
    <span style={{ color: 'var(--bad)' }}>wrong: no signing key of this workspace made it ({name})</span>
  );
}
