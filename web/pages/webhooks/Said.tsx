import { Text } from '@mantine/core';
import type { Marked } from './placed.ts';

/** What is wrong with a text, or to be wary of in it, each with its place. */
export function Said({ marks }: { marks: readonly Marked[] }) {
  return marks.map(({ line, column, message, warning }) => (
    <Text
      key={`${line} ${column} ${message}`}
      size="sm"
      c={warning ? 'var(--wait)' : 'var(--bad)'}
      mt={4}
      role={warning ? 'status' : 'alert'}
    >
      {line > 0 ? `Line ${line}, column ${column}: ` : ''}
      {message}
    </Text>
  ));
}
