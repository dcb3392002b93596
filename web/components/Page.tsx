import { Anchor, Box, Group, Stack, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useEffect } from 'react';

/**
 * The frame of every page: one title, one primary action at its right, content. `back`: where the page belongs to.
 * `wide`: content as wide as the window (editors, canvas).
 */
export function Page(props: {
  title: string;
  heading?: ReactNode;
  back?: { to: string; label: string };
  action?: ReactNode;
  wide?: boolean;
  /** The action stays in view while one scrolls. */
  reach?: boolean;
  children: ReactNode;
}) {
  const { title } = props;
  useEffect(() => {
    document.title = `${title} · Handoff`;
  }, [title]);
  return (
    <Box p={{ base: 'sm', sm: 'lg' }} maw={props.wide ? undefined : 1280} mx="auto" w="100%">
      <Stack gap="md">
        <Group
          justify="space-between"
          align="center"
          gap="sm"
          wrap="wrap"
          mih={36}
          className={props.reach ? 'reach' : undefined}
        >
          <Group gap={6} wrap="nowrap" style={{ minWidth: 0 }}>
            {props.back && (
              <>
                <Anchor component={Link} to={props.back.to} size="lg" c="var(--quiet)" style={{ whiteSpace: 'nowrap' }}>
                  {props.back.label}
                </Anchor>
                <span className="quiet" aria-hidden>
                  /
                </span>
              </>
            )}
            <Title order={1} style={{ overflow: 'hidden', textOverflow: 'ellipsis' }}>
              {props.heading ?? title}
            </Title>
          </Group>
          {props.action && (
            <Group gap="xs" className="actions">
              {props.action}
            </Group>
          )}
        </Group>
        {props.children}
      </Stack>
    </Box>
  );
}
