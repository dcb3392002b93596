import { CloseButton, Group, Stack, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './panel.module.css';

/** What stands beside the canvas; below it on narrow screens. */
export function Side(props: { title: string; close: () => void; label?: string; children: ReactNode }) {
  return (
    <Stack component="aside" className={classes.panel} aria-label={props.label ?? props.title} gap="sm" p="md">
      <Group justify="space-between" wrap="nowrap">
        <Title order={2}>{props.title}</Title>
        <CloseButton aria-label="Close the panel" onClick={props.close} />
      </Group>
      {props.children}
    </Stack>
  );
}
