import { Loader, Modal, NavLink, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, useState } from 'react';
import { getSearch } from '../data/api/index.ts';
import { ask } from '../data/queries.ts';
import { PLACES } from './places.ts';

const WHERE: Record<string, string> = {
  profile: '/profiles/',
  webhook: '/webhooks/',
  scenario: '/scenarios/',
  delivery: '/deliveries/',
};

/** Ctrl/Cmd-K: finds pages, profiles, scenarios, webhooks and deliveries; arrows choose, Enter opens. */
export default function Search({ close }: { close: () => void }) {
  const [text, setText] = useState('');
  const [q] = useDebouncedValue(text.trim(), 150);
  const [at, setAt] = useState(0);
  const navigate = useNavigate();
  const found = useQuery({
    queryKey: ['search', q],
    queryFn: () => ask(getSearch({ query: { q } })),
    enabled: q !== '',
  });
  const pages = PLACES.filter((place) => place.label.toLowerCase().includes(q.toLowerCase())).map((place) => ({
    key: place.to,
    to: place.to as string,
    title: place.label,
    subtitle: 'Page',
  }));
  const things = (found.data?.items ?? []).map((item) => ({
    key: `${item.kind} ${item.id}`,
    to: `${WHERE[item.kind]}${item.id}`,
    title: item.title,
    subtitle: item.subtitle ?? item.kind,
  }));
  const all = [...(q === '' ? pages : things), ...(q === '' ? [] : pages)];
  const open = (to: string | undefined) => {
    if (to === undefined) return;
    close();
    void navigate({ to });
  };
  const keys = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') setAt(Math.min(at + 1, all.length - 1));
    else if (event.key === 'ArrowUp') setAt(Math.max(at - 1, 0));
    else if (event.key === 'Enter') open(all[at]?.to);
    else return;
    event.preventDefault();
  };
  return (
    <Modal opened onClose={close} withCloseButton={false} yOffset="12vh" centered={false} padding="xs" title={null}>
      <TextInput
        data-autofocus
        aria-label="Search profiles, scenarios, webhooks and deliveries"
        placeholder="Search, or paste an id"
        leftSection={found.isFetching ? <Loader size={14} /> : <IconSearch size={15} />}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={keys}
      />
      <Stack gap={2} mt="xs">
        {all.map((item, i) => (
          <NavLink
            key={item.key}
            label={item.title}
            description={item.subtitle}
            active={i === at}
            onClick={() => open(item.to)}
            style={{ borderRadius: 6 }}
          />
        ))}
        {q !== '' && !found.isFetching && all.length === 0 && (
          <Text c="var(--quiet)" size="sm" p="sm">
            Nothing has this name, identifier or id.
          </Text>
        )}
      </Stack>
    </Modal>
  );
}
