import { Anchor, Skeleton, Stack, Text } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import type { Definition } from './draft.ts';
import { differingParts } from './requests.ts';
import type { Previewed } from './trial.ts';

const Difference = lazy(() => import('./Difference.tsx'));

const OTHER = { automatic: 'As the vendor does', vendor: 'Escaped for where it stands' };

/** What the other escaping would send: the same, something else with the difference marked, or nothing and why. */
export function Escapings(props: { shown: Previewed; escaping: Definition['escaping']; signature: string }) {
  const [open, setOpen] = useState(false);
  const { request, other } = props.shown;
  if (other === null) return null;
  const name = OTHER[props.escaping];
  if (request === null || other.request === null) {
    if (request === null && other.request === null) return null;
    return (
      <Text size="sm" role="status" c="var(--quiet)">
        {other.request === null ? `“${name}” would send nothing: ${other.why}` : `“${name}” could be sent.`}
      </Text>
    );
  }
  const parts = differingParts(request, other.request, props.signature);
  if (parts.length === 0)
    return (
      <Text size="sm" c="var(--quiet)" role="status">
        “{name}” would send the same bytes.
      </Text>
    );
  return (
    <Stack gap={6}>
      <Text size="sm" role="status">
        “{name}” would send something else in {parts.map(({ part }) => part).join(', ')}.{' '}
        <Anchor component="button" type="button" size="sm" onClick={() => setOpen(!open)} aria-expanded={open}>
          {open ? 'Hide the difference' : 'Show the difference'}
        </Anchor>
      </Text>
      {open && <Differences parts={parts} />}
    </Stack>
  );
}

/** Each part that differs, marked. */
export function Differences({ parts }: { parts: ReturnType<typeof differingParts> }) {
  return (
    <Suspense fallback={<Skeleton height={60} />}>
      {parts.map(({ part, one, other }) => (
        <div key={part}>
          <Text size="xs" c="var(--quiet)">
            {part}
          </Text>
          <Difference one={one} other={other} label={`What differs in ${part}`} />
        </div>
      ))}
    </Suspense>
  );
}
