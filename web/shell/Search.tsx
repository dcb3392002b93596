import { Loader, Modal, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, useEffect, useState } from 'react';
import { Failure } from '../components/index.ts';
import { meQuery } from '../data/me.ts';
import { addressOf, amongProfiles, type Choice, choicesFor, findThings } from './choices.ts';
import classes from './search.module.css';

const idOf = (at: number) => `choice-${at}`;

/** Ctrl/Cmd-K: finds things by id, name or email, does what is done often, goes anywhere; arrows choose, Enter takes. */
export default function Search({ close }: { close: () => void }) {
  const [text, setText] = useState('');
  const typed = text.trim();
  const [q] = useDebouncedValue(typed, 120);
  const [at, setAt] = useState(0);
  const navigate = useNavigate();
  const { data: me } = useQuery(meQuery);
  const found = useQuery({ queryKey: ['search', q], queryFn: () => findThings(q), enabled: q !== '' });
  const take = useMutation({
    mutationFn: async (choice: Choice) => {
      const to = choice.run ? await choice.run() : choice.to!;
      close();
      await navigate(addressOf(choice, to));
    },
  });
  const searching = typed !== '' && (found.isFetching || q !== typed);
  const things = typed === '' || searching ? [] : (found.data ?? []);
  const choices = choicesFor(typed, me?.can ?? []);
  const all = [
    ...things,
    ...choices,
    // An id names one thing.
    ...(typed === '' || /^[a-z]{3}_[0-9a-f]+$/.test(typed) ? [] : [amongProfiles(typed)]),
  ];
  const chosen = Math.min(at, all.length - 1);
  useEffect(() => {
    document.getElementById(idOf(chosen))?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  // Who types fast and presses Enter means what is about to be found.
  const [eager, setEager] = useState(false);
  const { mutate } = take;
  const first = all[0];
  useEffect(() => {
    if (!eager || searching) return;
    setEager(false);
    if (first) mutate(first);
  }, [eager, searching, first, mutate]);
  const keys = (event: KeyboardEvent) => {
    const last = all.length - 1;
    if (event.key === 'ArrowDown') setAt(chosen >= last ? 0 : chosen + 1);
    else if (event.key === 'ArrowUp') setAt(chosen <= 0 ? last : chosen - 1);
    else if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
      const choice = all[chosen];
      if (searching) setEager(true);
      else if (choice && !take.isPending) mutate(choice);
    } else return;
    event.preventDefault();
  };
  const error = take.error ?? (found.isError ? found.error : null);
  return (
    <Modal opened onClose={close} withCloseButton={false} yOffset="10vh" centered={false} padding="xs" title={null}>
      <TextInput
        data-autofocus
        role="combobox"
        aria-label="Search, or choose what to do"
        aria-expanded
        aria-controls="choices"
        aria-activedescendant={all.length > 0 ? idOf(chosen) : undefined}
        aria-autocomplete="list"
        placeholder="Search, or paste an id"
        leftSection={searching ? <Loader size={14} /> : <IconSearch size={15} />}
        value={text}
        maxLength={200}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setAt(0);
          setEager(false);
        }}
        onKeyDown={keys}
      />
      {error && <Failure error={error} />}
      {typed !== '' && !searching && !error && things.length + choices.length === 0 && (
        <Text c="var(--quiet)" size="sm" px="sm" pt="sm">
          Nothing has this name, identifier or id.
        </Text>
      )}
      <div id="choices" role="listbox" aria-label="What was found" className={classes.list}>
        {all.map((choice, i) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the field, which keeps the focus
          <div
            key={choice.key}
            id={idOf(i)}
            role="option"
            tabIndex={-1}
            aria-selected={i === chosen}
            className={classes.choice}
            onMouseMove={() => setAt(i)}
            onClick={() => take.mutate(choice)}
          >
            <span className={classes.title}>{choice.title}</span>
            <span className={classes.note}>{choice.group === 'Do' ? 'Action' : choice.note}</span>
          </div>
        ))}
      </div>
    </Modal>
  );
}
