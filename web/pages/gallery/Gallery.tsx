import { Badge, Group, Select, SimpleGrid, Stack, Text, TextInput, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Empty, Page, Reading, Ref, useFilters } from '../../components/index.ts';
import { type GetGalleryResponse, getGallery } from '../../data/api/index.ts';
import { ask } from '../../data/queries.ts';

type Item = GetGalleryResponse['items'][number];

const fits = (item: Item, words: readonly string[]) => {
  const text = `${item.name} ${item.service} ${item.category} ${item.summary} ${item.language}`.toLowerCase();
  return words.every((word) => text.includes(word));
};

/** Ready requests to begin with: found by words and category. */
export default function Gallery() {
  const [{ q = '', category }, set] = useFilters();
  const query = useQuery({
    queryKey: ['gallery'],
    queryFn: () => ask(getGallery()),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const items = query.data?.items ?? [];
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = items.filter((item) => (!category || item.category === category) && fits(item, words));
  return (
    <Page title="Gallery" back={{ to: '/webhooks', label: 'Webhooks' }}>
      <Group gap="xs">
        <TextInput
          aria-label="Search the gallery"
          placeholder="Slack, ticket, jinja…"
          w={280}
          maxLength={200}
          value={q}
          onChange={(event) => set({ q: event.currentTarget.value || undefined })}
        />
        <Select
          aria-label="Category"
          placeholder="Every category"
          w={180}
          clearable
          clearButtonProps={{ 'aria-label': 'Every category', 'aria-hidden': false, tabIndex: 0 }}
          value={category ?? null}
          onChange={(value) => set({ category: value ?? undefined })}
          data={[...new Set(items.map((item) => item.category))]}
        />
      </Group>
      <Reading query={query} of="the gallery" />
      {query.data && shown.length === 0 && (
        <Empty>
          Nothing here has {q ? `“${q}” in it` : 'this category'}. A new webhook can also begin with a cURL command.
        </Empty>
      )}
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="sm" aria-label="Ready requests">
        {shown.map((item) => (
          <Card key={item.key} item={item} />
        ))}
      </SimpleGrid>
    </Page>
  );
}

function Card({ item }: { item: Item }) {
  return (
    <Stack component="article" gap={6} className="panel" p="md" style={{ minWidth: 0 }}>
      <Group justify="space-between" gap="xs" wrap="nowrap" align="flex-start">
        <Title order={2} fz="md" style={{ overflowWrap: 'anywhere' }}>
          <Ref to={`/gallery/${item.key}`}>{item.name}</Ref>
        </Title>
        <Badge variant="light" color="gray" tt="none" style={{ flex: 'none' }}>
          {item.category}
        </Badge>
      </Group>
      <Text size="sm">{item.summary}</Text>
      <Text size="xs" c="var(--quiet)" mt="auto">
        {item.service} · {item.language}
      </Text>
    </Stack>
  );
}
