import { Avatar, Menu, Text, UnstyledButton, useMantineColorScheme } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { meQuery } from '../data/me.ts';
import { leaveAfter } from '../data/queries.ts';
import { signOut } from '../data/session.ts';

const SCHEMES = ['auto', 'light', 'dark'] as const;

/** Who is signed in; light or dark; sign out. */
export function AccountMenu() {
  const { data } = useQuery(meQuery);
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const next = SCHEMES[(SCHEMES.indexOf(colorScheme) + 1) % SCHEMES.length]!;
  const name = data?.person?.name ?? '…';
  return (
    <Menu position="top-start" width={200}>
      <Menu.Target>
        <UnstyledButton p={8} style={{ display: 'flex', gap: 8, alignItems: 'center', borderRadius: 8 }}>
          <Avatar
            size={26}
            radius="xl"
            name={name}
            alt=""
            styles={{ placeholder: { color: 'var(--mantine-color-text)', background: 'var(--line)' } }}
          />
          <span style={{ minWidth: 0 }}>
            <Text size="sm" truncate>
              {name}
            </Text>
            <Text size="xs" c="var(--quiet)">
              {data?.person?.role ?? ''}
            </Text>
          </span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item closeMenuOnClick={false} onClick={() => setColorScheme(next)}>
          Appearance: {colorScheme}
        </Menu.Item>
        <Menu.Item component="a" href="/api/docs">
          API reference
        </Menu.Item>
        <Menu.Item onClick={() => leaveAfter(signOut)}>Sign out</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
