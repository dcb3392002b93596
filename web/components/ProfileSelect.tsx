import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { getSearch } from '../data/api/index.ts';
import { ask } from '../data/queries.ts';

/** A profile that was chosen, with what it was found by. */
export interface ChosenProfile {
  id: string;
  title: string;
}

/** A profile found by search: an email or an id, or the beginning of one. */
export function ProfileSelect(props: { value: ChosenProfile | null; change: (profile: ChosenProfile | null) => void }) {
  const { value } = props;
  const [text, setText] = useState(value?.title ?? '');
  const [q] = useDebouncedValue(text.trim(), 200);
  const found = useQuery({
    queryKey: ['search', q],
    queryFn: () => ask(getSearch({ query: { q } })),
    enabled: q !== '' && q !== value?.title,
  });
  const people = new Map(
    (found.data?.items ?? []).filter((item) => item.kind === 'profile').map((item) => [item.id, item.title]),
  );
  if (value) people.set(value.id, value.title);
  return (
    <Select
      label="Profile"
      placeholder="Search by email or id"
      searchable
      clearable
      clearButtonProps={{ 'aria-label': 'Clear the profile' }}
      data={[...people].map(([id, label]) => ({ value: id, label }))}
      filter={({ options }) => options}
      value={value?.id ?? null}
      searchValue={text}
      onSearchChange={setText}
      error={found.isError ? found.error.message : undefined}
      nothingFoundMessage={q === '' ? 'Type an email or an id' : found.isFetching ? 'Searching…' : 'Nobody found'}
      onChange={(id) => props.change(id ? { id, title: people.get(id) ?? id } : null)}
    />
  );
}
