import { SegmentedControl } from '@mantine/core';
import { Page, useFilters } from '../../components/index.ts';
import { ImportCurl } from './ImportCurl.tsx';
import { ImportFile } from './ImportFile.tsx';

/** Webhooks that come from elsewhere: a cURL command, or a file of another installation. */
export default function Import() {
  const [{ from = 'curl' }, set] = useFilters();
  return (
    <Page title="Import" back={{ to: '/webhooks', label: 'Webhooks' }}>
      <SegmentedControl
        aria-label="What is imported"
        w="fit-content"
        value={from}
        onChange={(value) => set({ from: value === 'curl' ? undefined : value })}
        data={[
          { value: 'curl', label: 'A cURL command' },
          { value: 'file', label: 'A file of Handoff' },
        ]}
      />
      {from === 'file' ? <ImportFile /> : <ImportCurl />}
    </Page>
  );
}
