import {
  ActionIcon,
  AppShell,
  Box,
  Burger,
  Group,
  NavLink,
  ScrollArea,
  Text,
  Tooltip,
  useMatches,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { lazy, Suspense, useEffect } from 'react';
import { useChanged } from '../data/changed.ts';
import { meQuery } from '../data/me.ts';
import { AccountMenu } from './AccountMenu.tsx';
import { Bell } from './Bell.tsx';
import { Lost } from './Lost.tsx';
import { PLACES } from './places.ts';

const Search = lazy(() => import('./Search.tsx'));

/** The frame of everything behind the sign-in: a narrow side bar with only what exists, and the page. */
export function Shell() {
  const [open, { toggle, close }] = useDisclosure();
  const [searching, search] = useDisclosure();
  const phone = useMatches({ base: true, sm: false });
  useChanged();
  const me = useQuery(meQuery);
  const path = useRouterState({ select: (state) => state.location.pathname });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the side bar closes when the page changes
  useEffect(close, [path]);
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        search.open();
      }
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [search.open]);
  return (
    <AppShell
      layout="alt"
      navbar={{ width: 200, breakpoint: 'sm', collapsed: { mobile: !open } }}
      header={{ height: { base: 48, sm: 0 } }}
      padding={0}
    >
      <AppShell.Header hiddenFrom="sm">
        <Group h="100%" px="sm" justify="space-between">
          <Group gap="xs">
            <Burger opened={open} onClick={toggle} size="sm" aria-label={open ? 'Close the menu' : 'Open the menu'} />
            <Text fw={600}>Handoff</Text>
          </Group>
          <Group gap={4} wrap="nowrap">
            {phone && <Bell size={18} />}
            <ActionIcon variant="subtle" color="gray" onClick={search.open} aria-label="Search">
              <IconSearch size={18} />
            </ActionIcon>
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label="Main">
        <Group px={8} py={6} justify="space-between" wrap="nowrap">
          <Group gap={8} wrap="nowrap">
            <img src="/icon.svg" alt="" width={22} height={22} />
            <Text fw={600}>Handoff</Text>
          </Group>
          <Group gap={4} wrap="nowrap">
            {!phone && <Bell size={16} />}
            <Tooltip label="Search (Ctrl or ⌘ K)">
              <ActionIcon variant="subtle" color="gray" onClick={search.open} aria-label="Search" visibleFrom="sm">
                <IconSearch size={16} />
              </ActionIcon>
            </Tooltip>
            <Burger hiddenFrom="sm" opened onClick={close} size="sm" aria-label="Close the menu" />
          </Group>
        </Group>
        <ScrollArea style={{ flex: 1 }} type="auto" mt={8}>
          {PLACES.filter(({ action }) => action === undefined || me.data?.can.includes(action)).map(
            ({ to, label, icon: Icon }) => (
              <NavLink
                key={to}
                component={Link}
                to={to}
                label={label}
                leftSection={<Icon size={17} stroke={1.6} />}
                active={to === '/' ? path === '/' : path.startsWith(to)}
                style={{ borderRadius: 8 }}
                py={6}
              />
            ),
          )}
        </ScrollArea>
        <AccountMenu />
      </AppShell.Navbar>
      <AppShell.Main>
        <Box component="div" mih="100%">
          <Outlet />
        </Box>
      </AppShell.Main>
      <Lost />
      <Suspense>{searching && <Search close={search.close} />}</Suspense>
    </AppShell>
  );
}
