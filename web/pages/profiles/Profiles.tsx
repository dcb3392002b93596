import { Button, Group, MultiSelect, Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { CursorList, Empty, Page, Ref, useFilters, When } from '../../components/index.ts';
import { type GetProfilesResponse, getAttributes, getProfiles } from '../../data/api/index.ts';
import { useLiveRefresh } from '../../data/live.ts';
import { ask } from '../../data/queries.ts';
import { lineOf, titleOf } from './naming.ts';

type Item = GetProfilesResponse['items'][number];

const KINDS = ['user_id', 'email', 'anonymous_id', 'phone'];

/** Finds by the whole identifier: each kind is one look-up by key. */
async function byIdentifier(text: string) {
  const found = await Promise.all(
    KINDS.map((kind) => ask(getProfiles({ query: { identifier: `${kind}:${text}` } })).catch(() => null)),
  );
  const items = found.flatMap((page) => page?.items ?? []);
  return { items: [...new Map(items.map((item) => [item.id, item])).values()], next_cursor: null };
}

/** The people we know something about; search and columns stand in the address. */
export default function Profiles() {
  const [filters, set] = useFilters();
  const { q, filter, columns } = filters;
  const shown = columns === undefined ? ['email', 'plan'] : columns.split(',').filter(Boolean);
  useLiveRefresh(['event'], 'profiles');
  const attributes = useQuery({ queryKey: ['attributes'], queryFn: () => ask(getAttributes()), staleTime: 30_000 });
  const names = attributes.data?.items.map((attribute) => attribute.name) ?? [];
  return (
    <Page title="Profiles">
      <Group gap="xs" align="flex-start">
        <TextInput
          aria-label="Find by email, user id, anonymous id or phone"
          placeholder="Email, user id, anonymous id or phone"
          leftSection={<IconSearch size={15} />}
          w={320}
          maw="100%"
          defaultValue={q ?? ''}
          key={q ?? ''}
          onBlur={(event) => set({ q: event.currentTarget.value.trim() || undefined })}
          onKeyDown={(event) => {
            if (event.key === 'Enter') set({ q: event.currentTarget.value.trim() || undefined });
          }}
        />
        <MultiSelect
          aria-label="Columns"
          placeholder={shown.length === 0 ? 'Columns' : ''}
          data={[...new Set([...names, ...shown])].sort()}
          value={shown}
          onChange={(value) => set({ columns: value.slice(0, 5).join(',') || ',' })}
          searchable
          maxValues={5}
          w={320}
          maw="100%"
        />
        {filter && (
          <Button variant="default" onClick={() => set({ filter: undefined })} aria-label="Show every profile">
            Those that match ×
          </Button>
        )}
      </Group>
      <CursorList<Item>
        label="profiles"
        queryKey={['profiles', q, filter]}
        load={(cursor): Promise<GetProfilesResponse> =>
          q
            ? byIdentifier(q)
            : ask(
                getProfiles({
                  query: { limit: 50, ...(filter && { filter }), ...(cursor !== undefined && { cursor }) },
                }),
              )
        }
        columns={[
          {
            label: 'Profile',
            width: '260px',
            cell: (item) => <Ref to={`/profiles/${item.id}`}>{titleOf(item)}</Ref>,
          },
          ...shown.map((name) => ({
            label: name,
            width: '160px',
            wideOnly: true,
            cell: (item: Item) => (
              <Text size="sm" lineClamp={1} span>
                {lineOf(item.attributes[name])}
              </Text>
            ),
          })),
          { label: 'Changed', width: '110px', cell: (item) => <When at={item.updated_at} /> },
        ]}
        empty={
          <Empty>
            {filter && !q
              ? 'No profile matches.'
              : q
                ? `Nobody has the identifier “${q}”. It must be whole: an email, a user id, an anonymous id or a phone number.`
                : 'Nobody is known yet. Send an identify or track call, as Home shows, and the person stands here.'}
          </Empty>
        }
      />
    </Page>
  );
}
