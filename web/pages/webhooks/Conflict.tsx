import { Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { Meanwhile } from '../../components/index.ts';
import { differing } from './draft.ts';
import type { useEditing } from './editing.ts';

/** Somebody else's save: what differs from what is being written, field by field, and what is to become of it. */
export function Conflict({ editing }: { editing: ReturnType<typeof useEditing> }) {
  const [shows, show] = useState(false);
  const { theirs, draft, name } = editing;
  if (!theirs) return null;
  const fields = differing(theirs.definition, draft).map((field) => ({
    field: field as string,
    theirs: shown(theirs.definition[field]),
    mine: shown(draft[field]),
  }));
  if (theirs.name !== name) fields.unshift({ field: 'name', theirs: theirs.name, mine: name });
  return (
    <>
      <Meanwhile
        thing="webhook"
        at={theirs.updated_at}
        said={editing.conflict}
        show={shows ? null : () => show(true)}
        keep={editing.keep}
        take={() => editing.follow(theirs)}
        saving={editing.saving}
      />
      {shows && (
        <Stack component="section" aria-label="Theirs and mine" className="panel" p="md" gap="sm">
          {fields.length === 0 && <Text size="sm">They are the same.</Text>}
          {fields.map((one) => (
            <div key={one.field}>
              <Text size="sm" fw={600}>
                {one.field}
              </Text>
              {(['theirs', 'mine'] as const).map((whose) => (
                <div key={whose} style={{ display: 'flex', gap: 8, alignItems: 'baseline' }}>
                  <Text size="xs" c="var(--quiet)" w={44} style={{ flex: 'none' }}>
                    {whose}
                  </Text>
                  <pre
                    className="mono"
                    style={{ margin: 0, whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', minWidth: 0 }}
                  >
                    {one[whose]}
                  </pre>
                </div>
              ))}
            </div>
          ))}
        </Stack>
      )}
    </>
  );
}

const MOST = 4_000;

/** A value as text; a long one is cut. */
function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value, null, 1) ?? 'nothing');
  return text.length > MOST ? `${text.slice(0, MOST)}…` : text;
}
