import { Group, Text } from '@mantine/core';
import { IconArrowUp } from '@tabler/icons-react';
import { Handle, type Node, type NodeProps, Position } from '@xyflow/react';
import { Ref } from '../components/index.ts';
import type { Difference } from './compare.ts';
import type { Kind } from './definition.ts';
import { END, NODE } from './layout.ts';
import { KIND_WORDS } from './words.ts';

/** What happened at a step: a number, or a part of one profile's way. `behind`: where it leads. */
export interface StepNote {
  text: string;
  tone: 'good' | 'wait' | 'bad' | 'quiet';
  behind?: { to: string; search: Record<string, string> };
}

/** A step, or the trigger, as it is drawn. */
export interface Drawn extends Record<string, unknown> {
  kind: Kind | 'trigger';
  /** Of the trigger: a campaign starts it. */
  campaign: boolean;
  title: string;
  line: string;
  selected: boolean;
  wrong: string | null;
  mark: Difference['kind'] | null;
  /** On the way that is shown; null when none is. */
  passed: boolean | null;
  notes: readonly StepNote[];
}

const MARK_WORDS = { added: 'new', removed: 'taken out', changed: 'changed' };
const ACCENT = 'var(--mantine-primary-color-filled)';

/** Where ways begin and end; drawn by nobody. */
function Ends({ out = true }: { out?: boolean }) {
  const style = { visibility: 'hidden' as const };
  return (
    <>
      <Handle type="target" position={Position.Top} style={style} isConnectable={false} />
      {out && <Handle type="source" position={Position.Bottom} style={style} isConnectable={false} />}
    </>
  );
}

/** The numbers of a step, each a link to what is behind it. */
export function Notes({ notes }: { notes: readonly StepNote[] }) {
  return notes.map((note) => (
    <Text key={note.text} size="xs" span mr={8} c={`var(--${note.tone})`} className="nodrag nopan">
      {note.behind ? (
        <Ref to={note.behind.to} search={note.behind.search} plain>
          {note.text}
        </Ref>
      ) : (
        note.text
      )}
    </Text>
  ));
}

export function StepNode({ data }: NodeProps<Node<Drawn>>) {
  const marked = data.mark !== null || data.kind === 'trigger';
  return (
    <div
      className="panel"
      style={{
        width: NODE.width,
        height: NODE.height,
        overflow: 'hidden',
        display: 'flex',
        flexDirection: 'column',
        padding: '7px 12px',
        textAlign: 'left',
        opacity: data.passed === false ? 0.5 : 1,
        borderWidth: '1px 1px 1px 3px',
        borderStyle: data.mark === 'removed' ? 'dashed' : 'solid',
        borderColor: data.wrong
          ? 'var(--bad)'
          : data.selected || data.passed
            ? ACCENT
            : `var(--line) var(--line) var(--line) ${marked ? ACCENT : 'var(--line)'}`,
        boxShadow: data.selected ? `0 0 0 2px ${ACCENT}` : undefined,
      }}
    >
      <Ends />
      <Group justify="space-between" wrap="nowrap" gap={6}>
        <Text size="xs" c="var(--quiet)" truncate>
          {data.kind !== 'trigger'
            ? KIND_WORDS[data.kind]
            : data.campaign
              ? 'When the campaign runs'
              : 'When this event arrives'}
        </Text>
        {data.mark && (
          <Text size="xs" fw={500} c="var(--mantine-color-anchor)" style={{ flex: 'none' }}>
            {MARK_WORDS[data.mark]}
          </Text>
        )}
      </Group>
      <Text size="sm" fw={500} truncate td={data.mark === 'removed' ? 'line-through' : undefined} title={data.title}>
        {data.title}
      </Text>
      {data.wrong ? (
        <Text size="xs" c="var(--bad)" truncate title={data.wrong}>
          {data.wrong}
        </Text>
      ) : (
        data.line !== data.title && (
          <Text size="xs" c="var(--quiet)" truncate title={data.line}>
            {data.line}
          </Text>
        )
      )}
      {/* At the foot: a click on the middle chooses the step. */}
      <div style={{ marginTop: 'auto', whiteSpace: 'nowrap', overflow: 'hidden', textOverflow: 'ellipsis' }}>
        <Notes notes={data.notes} />
      </div>
    </div>
  );
}

/** The end of a way, or the sign that it goes back to a step above. */
export function EndNode({ data }: NodeProps<Node<{ back: string | null; passed: boolean | null }>>) {
  return (
    <div
      className="panel"
      style={{
        width: END.width,
        height: END.height,
        display: 'grid',
        placeItems: 'center',
        background: 'transparent',
        borderStyle: 'dashed',
        padding: '0 8px',
        opacity: data.passed === false ? 0.5 : 1,
        borderColor: data.passed ? ACCENT : undefined,
      }}
    >
      <Ends out={false} />
      {data.back === null ? (
        <Text size="xs" c="var(--quiet)">
          End
        </Text>
      ) : (
        <Text size="xs" c="var(--quiet)" truncate maw="100%" title={`Goes back to ${data.back}`}>
          <IconArrowUp size={12} aria-hidden style={{ verticalAlign: -2 }} /> back to {data.back}
        </Text>
      )}
    </div>
  );
}
