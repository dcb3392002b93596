import { Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** What stands where nothing is yet: a sentence, and one action. */
export function Empty({ children, action }: { children: ReactNode; action?: ReactNode }) {
  return (
    <Stack align="center" gap="sm" py={48} px="md" className="panel">
      <Text c="var(--quiet)" ta="center" maw={480}>
        {children}
      </Text>
      {action}
    </Stack>
  );
}
