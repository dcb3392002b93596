import { Button, Group } from '@mantine/core';
import { IconFilter } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { Chips, CursorList, Empty, Page, Ref, SearchBox, useFilters, When } from '../../components/index.ts';
import { type GetProfilesResponse, getAttributes } from '../../data/api/index.ts';
import { ask } from '../../data/queries.ts';
import { Columns, columnsOf } from './Columns.tsx';
import { Conditions } from './Conditions.tsx';
import { partsOf } from './conditions.ts';
import { findProfiles } from './finding.ts';
import { lineOf, titleOf } from './naming.ts';

type Item = GetProfilesResponse['items'][number];

/** The people we know something about; search, filter and columns stand in the address. */
export default function Profiles() {
  const [filters, set] = useFilters();
  const { q, filter } = filters;
  const shown = columnsOf(filters.columns);
  const [editing, setEditing] = useState(false);
  const attributes = useQuery({
    queryKey: ['attributes'],
    queryFn: () => ask(getAttributes({ query: { limit: 200 } })),
    staleTime: 30_000,
  });
  const declared = attributes.data?.items ?? [];
  const wanted = Boolean(q || filter);
  return (
    <Page title="Profiles">
      <Group gap="xs">
        <SearchBox
          label="Search profiles"
          placeholder="Name, email, phone or id"
          value={q ?? ''}
          change={(text) => set({ q: text || undefined })}
        />
        <Button
          variant="default"
          leftSection={<IconFilter size={15} aria-hidden />}
          aria-expanded={editing}
          onClick={() => setEditing(!editing)}
        >
          Filter
        </Button>
        <Columns names={declared.map((one) => one.name)} shown={shown} set={(columns) => set({ columns })} />
      </Group>
      {editing && (
        <Conditions
          filter={filter}
          declared={declared}
          cancel={() => setEditing(false)}
          show={(made) => {
            setEditing(false);
            set({ filter: made });
          }}
        />
      )}
      {!editing && (
        <Chips
          items={partsOf(filter).map(({ label, left }) => ({ key: label, label, remove: () => set({ filter: left }) }))}
          clear={() => set({ filter: undefined })}
        />
      )}
      <CursorList<Item>
        label="profiles"
        queryKey={['profiles', q, filter]}
        live={['event']}
        load={(cursor, limit) => findProfiles({ q, filter, cursor, limit })}
        columns={[
          { label: 'Profile', cell: (item) => <Ref to={`/profiles/${item.id}`}>{titleOf(item)}</Ref> },
          ...shown.map((name) => ({
            label: name,
            width: `${Math.floor(66 / shown.length)}%`,
            wideOnly: true,
            cell: (item: Item) => {
              const line = lineOf(item.attributes[name]);
              return <span title={line}>{line}</span>;
            },
          })),
          { label: 'Changed', width: '110px', cell: (item) => <When at={item.updated_at} /> },
        ]}
        empty={
          <Empty
            action={
              wanted ? (
                <Button variant="default" onClick={() => set({ q: undefined, filter: undefined })}>
                  Show all
                </Button>
              ) : (
                <Button variant="default" component={Link} to="/">
                  See how to send one
                </Button>
              )
            }
          >
            {wanted
              ? `Nobody matches${q ? ` “${q}”` : ''}${q && filter ? ' and' : ''}${filter ? ' this filter' : ''}.`
              : 'Nobody is known yet. Send an identify or track call, and the person stands here.'}
          </Empty>
        }
      />
    </Page>
  );
}
