import { Group, Stack, Title } from '@mantine/core';
import type { ReactNode } from 'react';

/** A titled part of a page in a panel. */
export function Section({ title, action, children }: { title: string; action?: ReactNode; children: ReactNode }) {
  return (
    <Stack component="section" gap="sm" className="panel" p="md" aria-label={title} style={{ minWidth: 0 }}>
      <Group justify="space-between" mih={28}>
        <Title order={2}>{title}</Title>
        {action}
      </Group>
      {children}
    </Stack>
  );
}
