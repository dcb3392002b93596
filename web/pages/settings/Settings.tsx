import { Stack, Tabs, Text } from '@mantine/core';
import { Page, useFilters } from '../../components/index.ts';
import { useMay } from '../../data/me.ts';
import { Audit } from './Audit.tsx';
import { Credentials } from './Credentials.tsx';
import { Keys } from './Keys.tsx';
import { Network } from './Network.tsx';
import { People } from './People.tsx';
import { SigningKeys } from './SigningKeys.tsx';
import { Workspace } from './Workspace.tsx';

/** People, keys, the workspace, and who changed what; which part is open stands in the address. */
export default function Settings() {
  const [{ part = 'people' }, set] = useFilters();
  const keys = useMay('manage_keys');
  const connections = useMay('edit_connections');
  const audit = useMay('read_audit');
  return (
    <Page title="Settings">
      <Tabs value={part} onChange={(value) => set({ part: value ?? undefined })} keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="people">People</Tabs.Tab>
          {keys && <Tabs.Tab value="keys">API keys</Tabs.Tab>}
          {connections && <Tabs.Tab value="credentials">Credentials</Tabs.Tab>}
          {keys && <Tabs.Tab value="signing">Signing keys</Tabs.Tab>}
          <Tabs.Tab value="workspace">Workspace</Tabs.Tab>
          {audit && <Tabs.Tab value="audit">Audit log</Tabs.Tab>}
        </Tabs.List>
        <Tabs.Panel value="people" pt="md">
          <People />
        </Tabs.Panel>
        <Tabs.Panel value="keys" pt="md">
          <Keys />
        </Tabs.Panel>
        <Tabs.Panel value="signing" pt="md">
          <SigningKeys />
        </Tabs.Panel>
        <Tabs.Panel value="credentials" pt="md">
          {connections ? (
            <Credentials />
          ) : (
            <Text c="var(--quiet)">Credentials are kept by developers: ask one of them.</Text>
          )}
        </Tabs.Panel>
        <Tabs.Panel value="workspace" pt="md">
          <Stack gap="md">
            <Workspace />
            <Network />
          </Stack>
        </Tabs.Panel>
        <Tabs.Panel value="audit" pt="md">
          <Audit />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
