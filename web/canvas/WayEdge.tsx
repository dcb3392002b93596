import { ActionIcon, Menu, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { BaseEdge, type Edge, EdgeLabelRenderer, type EdgeProps } from '@xyflow/react';
import type { Kind, Edge as Leading, Slot } from './definition.ts';
import type { Point } from './layout.ts';
import { KIND_WORDS, SLOT_WORDS } from './words.ts';

/** What can be done to a way: a new step put into it, or it leads elsewhere (null: to an end). */
export interface Editing {
  /** `webhook`: what a new webhook step sends. */
  add: (edge: Leading, kind: Kind, webhook?: string) => void;
  /** Webhooks that are offered by themselves. */
  presets: readonly { id: string; name: string }[];
  lead: (edge: Leading, to: string | null) => void;
}

export interface Drawing extends Record<string, unknown> {
  slot: Slot;
  from: string | null;
  to: string | null;
  points: readonly Point[];
  label: Point;
  passed: boolean | null;
  /** Null: it can't be edited. */
  editing: Editing | null;
  /** Where a way may lead besides, by id. */
  others: readonly { id: string; title: string }[];
}

const RADIUS = 8;

/** A line through points with rounded corners, as an SVG path. */
function pathOf(points: readonly Point[]): string {
  let path = `M ${points[0]!.x} ${points[0]!.y}`;
  for (let i = 1; i < points.length - 1; i++) {
    const [before, at, after] = [points[i - 1]!, points[i]!, points[i + 1]!];
    const near = (to: Point) => {
      const length = Math.hypot(to.x - at.x, to.y - at.y);
      const part = Math.min(RADIUS, length / 2) / (length || 1);
      return `${at.x + (to.x - at.x) * part} ${at.y + (to.y - at.y) * part}`;
    };
    path += ` L ${near(before)} Q ${at.x} ${at.y} ${near(after)}`;
  }
  return `${path} L ${points.at(-1)!.x} ${points.at(-1)!.y}`;
}

export function WayEdge(props: EdgeProps<Edge<Drawing>>) {
  const { slot, points, label, passed, editing, from } = props.data!;
  const fail = slot === 'fail';
  const word = SLOT_WORDS[slot];
  return (
    <>
      <BaseEdge
        path={pathOf(points)}
        style={{
          stroke: passed ? 'var(--mantine-primary-color-filled)' : fail ? 'var(--bad)' : 'var(--quiet)',
          strokeWidth: passed ? 3 : 1.4,
          opacity: passed === false ? 0.35 : 1,
          strokeDasharray: fail ? '5 4' : undefined,
        }}
      />
      <EdgeLabelRenderer>
        <div
          style={{
            position: 'absolute',
            transform: `translate(-50%, -50%) translate(${label.x}px, ${label.y}px)`,
            pointerEvents: 'all',
            display: 'flex',
            gap: 4,
            alignItems: 'center',
          }}
          className="nodrag nopan"
        >
          {word && (
            <Text size="xs" px={4} style={{ background: 'var(--ground)', color: fail ? 'var(--bad)' : 'var(--quiet)' }}>
              {word}
            </Text>
          )}
          {editing && (
            <AddMenu {...props.data!} editing={editing} name={`${from ?? 'the trigger'}${word && `, ${word}`}`} />
          )}
        </div>
      </EdgeLabelRenderer>
    </>
  );
}

function AddMenu(props: Drawing & { editing: Editing; name: string }) {
  const { editing, from, slot, to, others } = props;
  const edge = { from, slot, to };
  return (
    <Menu position="bottom" width={260}>
      <Menu.Target>
        <ActionIcon variant="default" size={22} radius="xl" aria-label={`Add a step after ${props.name}`}>
          <IconPlus size={13} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown mah={360} style={{ overflowY: 'auto' }}>
        {(Object.keys(KIND_WORDS) as Kind[]).map((kind) => (
          <Menu.Item key={kind} onClick={() => editing.add(edge, kind)}>
            {KIND_WORDS[kind]}
          </Menu.Item>
        ))}
        {editing.presets.length > 0 && <Menu.Label>Presets</Menu.Label>}
        {editing.presets.map((preset) => (
          <Menu.Item key={preset.id} onClick={() => editing.add(edge, 'webhook', preset.id)}>
            <Text size="sm" truncate>
              {preset.name}
            </Text>
          </Menu.Item>
        ))}
        {(others.length > 0 || to !== null) && <Menu.Label>Or go on to</Menu.Label>}
        {to !== null && <Menu.Item onClick={() => editing.lead(edge, null)}>the end</Menu.Item>}
        {others.map(({ id, title }) => (
          <Menu.Item key={id} onClick={() => editing.lead(edge, id)}>
            <Text size="sm" truncate>
              {title}
            </Text>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
