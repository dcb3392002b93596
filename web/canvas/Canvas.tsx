import '@xyflow/react/dist/style.css';
import { ActionIcon, Menu, Text, useComputedColorScheme } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import {
  BaseEdge,
  Controls,
  type Edge,
  EdgeLabelRenderer,
  type EdgeProps,
  getSmoothStepPath,
  Handle,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
  ReactFlowProvider,
} from '@xyflow/react';
import { useMemo } from 'react';
import { edgesOf, type Kind, type ScenarioDefinition, type Slot, type Step } from './definition.ts';
import { layout, NODE } from './layout.ts';
import { KIND_WORDS, lineOf, SLOT_WORDS, triggerLine } from './words.ts';

/** What happened at a step: numbers, or one profile's way. */
export interface StepNote {
  text: string;
  tone: 'good' | 'wait' | 'bad' | 'quiet';
}

interface Drawn extends Record<string, unknown> {
  title: string;
  line: string;
  selected: boolean;
  wrong: string | null;
  changed: boolean;
  passed: boolean | null;
  notes: readonly StepNote[];
  kind: Kind | 'trigger';
  campaign: boolean;
}
interface Drawing extends Record<string, unknown> {
  slot: Slot;
  from: string | null;
  to: string | null;
  add: ((edge: { from: string | null; slot: Slot; to: string | null }, kind: Kind) => void) | null;
  passed: boolean | null;
}

const ACCENT: Record<string, string> = { trigger: 'var(--mantine-color-accent-6)' };

function StepNode({ data }: NodeProps<Node<Drawn>>) {
  return (
    <div
      className="panel"
      style={{
        width: NODE.width,
        minHeight: NODE.height,
        padding: '8px 12px',
        textAlign: 'left',
        opacity: data.passed === false ? 0.45 : 1,
        borderColor: data.wrong ? 'var(--bad)' : data.selected ? 'var(--mantine-primary-color-filled)' : undefined,
        borderLeft: `3px solid ${ACCENT[data.kind] ?? (data.changed ? 'var(--wait)' : 'var(--line)')}`,
        boxShadow: data.selected ? '0 0 0 2px var(--mantine-primary-color-filled)' : undefined,
      }}
    >
      <Handle type="target" position={Position.Top} style={{ visibility: 'hidden' }} isConnectable={false} />
      <Text size="xs" c="var(--quiet)">
        {data.kind !== 'trigger'
          ? KIND_WORDS[data.kind]
          : data.campaign
            ? 'When the campaign runs'
            : 'When this event arrives'}
      </Text>
      <Text size="sm" fw={500} truncate>
        {data.title}
      </Text>
      {data.line !== data.title && (
        <Text size="xs" c="var(--quiet)" truncate>
          {data.line}
        </Text>
      )}
      {data.wrong && (
        <Text size="xs" c="var(--bad)" lineClamp={2}>
          {data.wrong}
        </Text>
      )}
      {data.notes.map((note) => (
        <Text key={note.text} size="xs" span mr={8} c={`var(--${note.tone})`}>
          {note.text}
        </Text>
      ))}
      <Handle type="source" position={Position.Bottom} style={{ visibility: 'hidden' }} isConnectable={false} />
    </div>
  );
}

function EndNode() {
  return (
    <div style={{ width: NODE.width, textAlign: 'center' }}>
      <Handle type="target" position={Position.Top} style={{ visibility: 'hidden' }} isConnectable={false} />
      <Text size="xs" c="var(--quiet)">
        End
      </Text>
    </div>
  );
}

function WayEdge(props: EdgeProps<Edge<Drawing>>) {
  const [path, x, y] = getSmoothStepPath({ ...props, borderRadius: 10 });
  const { slot, add, passed } = props.data!;
  const fail = slot === 'fail';
  const { from, to } = props.data!;
  const word = SLOT_WORDS[slot];
  return (
    <>
      <BaseEdge
        path={path}
        style={{
          stroke: fail ? 'var(--bad)' : passed ? 'var(--mantine-primary-color-filled)' : 'var(--quiet)',
          strokeWidth: passed ? 2.5 : 1.4,
          opacity: passed === false ? 0.35 : 1,
          strokeDasharray: fail ? '5 4' : undefined,
        }}
      />
      <EdgeLabelRenderer>
        <div
          style={{
            position: 'absolute',
            transform: `translate(-50%, -50%) translate(${x}px, ${y}px)`,
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
          {add && (
            <Menu position="right-start">
              <Menu.Target>
                <ActionIcon
                  variant="default"
                  size="sm"
                  radius="xl"
                  aria-label={`Add a step after ${from ?? 'the trigger'}${word ? `, ${word}` : ''}`}
                >
                  <IconPlus size={13} />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                {(Object.keys(KIND_WORDS) as Kind[]).map((kind) => (
                  <Menu.Item key={kind} onClick={() => add({ from, slot, to }, kind)}>
                    {KIND_WORDS[kind]}
                  </Menu.Item>
                ))}
              </Menu.Dropdown>
            </Menu>
          )}
        </div>
      </EdgeLabelRenderer>
    </>
  );
}

const nodeTypes = { step: StepNode, end: EndNode };
const edgeTypes = { way: WayEdge };

/**
 * A scenario, laid out by itself from its trigger to its ends. `add` null: it can't be edited. `way`: the steps that one
 * profile passed, drawn in the accent; others step back.
 */
export default function Canvas(props: {
  definition: ScenarioDefinition;
  selected: string | null;
  select: (id: string | null) => void;
  add: Drawing['add'];
  nameOf: (id: string) => string;
  problems: ReadonlyMap<string, string>;
  changed: ReadonlySet<string>;
  notes: ReadonlyMap<string, readonly StepNote[]>;
  way: ReadonlySet<string> | null;
}) {
  const { definition, selected, select, add, nameOf, problems, changed, notes, way } = props;
  const scheme = useComputedColorScheme('light');
  const { nodes, edges } = useMemo(() => {
    const drawn = layout(definition);
    const steps = new Map(definition.steps.map((step): [string, Step] => [step.id, step]));
    const between = new Map(edgesOf(definition).map((edge) => [`${edge.from ?? 'trigger'} ${edge.slot}`, edge]));
    return {
      nodes: drawn.nodes.map((node): Node => {
        const step = steps.get(node.id);
        const line = step ? lineOf(step, nameOf) : triggerLine(definition);
        const data: Drawn = {
          kind: step?.kind ?? 'trigger',
          campaign: !step && definition.trigger?.kind === 'campaign',
          title: step?.name || line,
          line,
          selected: selected === node.id,
          wrong: problems.get(node.id) ?? null,
          changed: changed.has(node.id),
          passed: way === null ? null : node.id === 'trigger' || way.has(node.id),
          notes: notes.get(node.id) ?? [],
        };
        return {
          id: node.id,
          type: node.kind === 'end' ? 'end' : 'step',
          position: { x: node.x, y: node.y },
          data,
          draggable: false,
          selectable: node.kind !== 'end',
          focusable: node.kind !== 'end',
          ariaLabel:
            node.kind === 'end'
              ? 'End'
              : `${data.kind === 'trigger' ? 'Trigger' : KIND_WORDS[data.kind]}: ${data.title}`,
        };
      }),
      edges: drawn.ways.map((one): Edge => {
        const edge = between.get(`${one.from} ${one.slot}`)!;
        const passed = way === null ? null : (one.from === 'trigger' || way.has(one.from)) && way.has(one.to);
        return {
          id: `${one.from} ${one.slot}`,
          source: one.from,
          target: one.to,
          type: 'way',
          focusable: false,
          data: { slot: one.slot, from: edge.from, to: edge.to, add, passed } satisfies Drawing,
        };
      }),
    };
  }, [definition, selected, nameOf, problems, changed, notes, way, add]);
  return (
    <ReactFlowProvider>
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        colorMode={scheme}
        fitView
        fitViewOptions={{ maxZoom: 1, padding: 0.15 }}
        minZoom={0.2}
        nodesConnectable={false}
        nodesDraggable={false}
        deleteKeyCode={null}
        onNodeClick={(_event, node) => node.type === 'step' && select(node.id)}
        onNodesChange={(changes) => {
          for (const change of changes) if (change.type === 'select' && change.selected) select(change.id);
        }}
        onPaneClick={() => select(null)}
        proOptions={{ hideAttribution: true }}
        aria-label="The scenario"
      >
        <Controls showInteractive={false} />
      </ReactFlow>
    </ReactFlowProvider>
  );
}
