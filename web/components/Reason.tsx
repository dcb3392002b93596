import { Text } from '@mantine/core';

/** Why something ended as it did, in words; nothing without a reason. */
export function Reason({ of }: { of: { code: string; message: string } | null | undefined }) {
  if (!of) return null;
  return (
    <Text size="sm" c="var(--quiet)" title={of.code} lineClamp={2}>
      {of.message}
    </Text>
  );
}
