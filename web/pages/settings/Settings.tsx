import { Stack, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Empty, Loading, Page, TabList, useFilters } from '../../components/index.ts';
import { meQuery } from '../../data/me.ts';
import { Audit } from './Audit.tsx';
import { Credentials } from './Credentials.tsx';
import { Keys } from './Keys.tsx';
import { Network } from './Network.tsx';
import { People } from './People.tsx';
import { SigningKeys } from './SigningKeys.tsx';
import { Workspace } from './Workspace.tsx';

interface Part {
  key: string;
  label: string;
  content: ReactNode;
  /** Shown to those alone who may do this. */
  action?: string;
}

const PARTS: readonly Part[] = [
  { key: 'people', label: 'People', content: <People /> },
  { key: 'keys', label: 'API keys', content: <Keys />, action: 'manage_keys' },
  { key: 'credentials', label: 'Credentials', content: <Credentials />, action: 'edit_connections' },
  { key: 'signing', label: 'Signing keys', content: <SigningKeys />, action: 'manage_keys' },
  {
    key: 'workspace',
    label: 'Workspace',
    content: (
      <Stack gap="md">
        <Workspace />
        <Network />
      </Stack>
    ),
  },
  { key: 'audit', label: 'Audit log', content: <Audit />, action: 'read_audit' },
];

/** People, keys, the workspace, and who changed what; which part is open stands in the address. */
export default function Settings() {
  const [filters, set] = useFilters();
  const part = PARTS.find(({ key }) => key === filters.part)?.key ?? 'people';
  const { data: me } = useQuery(meQuery);
  const may = ({ action }: Part) => action === undefined || (me?.can.includes(action) ?? false);
  return (
    <Page title="Settings">
      <Tabs value={part} onChange={(value) => set({ part: value ?? undefined })} keepMounted={false}>
        <TabList at={part}>
          {PARTS.filter(may).map(({ key, label }) => (
            <Tabs.Tab key={key} value={key}>
              {label}
            </Tabs.Tab>
          ))}
        </TabList>
        {PARTS.map((one) => (
          <Tabs.Panel key={one.key} value={one.key} pt="md">
            {may(one) ? (
              one.content
            ) : me ? (
              <Empty>“{one.label}” is for developers and administrators: ask one of them.</Empty>
            ) : (
              <Loading label={one.label} rows={4} />
            )}
          </Tabs.Panel>
        ))}
      </Tabs>
    </Page>
  );
}
