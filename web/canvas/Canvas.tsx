import '@xyflow/react/dist/style.css';
import { useComputedColorScheme, useMatches } from '@mantine/core';
import {
  Controls,
  type Edge,
  type Node,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
  useStore,
  type Viewport,
} from '@xyflow/react';
import { useEffect, useMemo, useRef } from 'react';
import type { Difference } from './compare.ts';
import { edgesOf, type ScenarioDefinition, type Step } from './definition.ts';
import { layout, type Placed } from './layout.ts';
import { type Drawn, EndNode, StepNode, type StepNote } from './nodes.tsx';
import { neighbour, wayId } from './path.ts';
import { type Drawing, type Editing, WayEdge } from './WayEdge.tsx';
import { KIND_WORDS, lineOf, triggerLine } from './words.ts';

/** One way through: the steps and the ways that were passed. */
export interface Passing {
  steps: ReadonlySet<string>;
  ways: ReadonlySet<string>;
}

interface Given {
  definition: ScenarioDefinition;
  selected: string | null;
  select: (id: string | null) => void;
  /** Enter on a step. */
  open?: () => void;
  /** Null: it can't be edited. */
  editing: Editing | null;
  nameOf: (id: string) => string;
  problems?: ReadonlyMap<string, string>;
  marks?: ReadonlyMap<string, Difference['kind']>;
  notes?: ReadonlyMap<string, readonly StepNote[]>;
  /** The way that is drawn in the accent; others step back. */
  passing?: Passing | null;
  label?: string;
}

const FIT = { maxZoom: 1, minZoom: 0.4, padding: 0.12 };
// Where all of it at once would be too small to read, it begins at its trigger, at this zoom.
const READABLE = 0.75;
const TOP_PX = 24;
const nodeTypes = { step: StepNode, end: EndNode };
const edgeTypes = { way: WayEdge };

/** A scenario, laid out by itself from its trigger to its ends; arrow keys move over it, Enter opens a step. */
export default function Canvas(props: Given) {
  return (
    <ReactFlowProvider>
      <Flow {...props} />
    </ReactFlowProvider>
  );
}

function Flow(props: Given) {
  const { definition, selected, select, label = 'The scenario' } = props;
  const scheme = useComputedColorScheme('light');
  const host = useRef<HTMLDivElement>(null);
  const drawn = useMemo(() => layout(definition), [definition]);
  const { nodes, edges } = useDrawing(props, drawn);
  const phone = useMatches({ base: true, sm: false });
  useShown(drawn.nodes, selected, phone);
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      const target = event.target as HTMLElement;
      const node = target.closest<HTMLElement>('.react-flow__node');
      const onCanvas = host.current?.contains(target) && !target.closest('button, a, input');
      if (!onCanvas && !(target === document.body && selected !== null)) return;
      if (event.key.startsWith('Arrow')) {
        event.preventDefault();
        const to = neighbour(definition, drawn.nodes, selected ?? node?.dataset.id ?? null, event.key);
        if (to === null) return;
        select(to);
        host.current?.querySelector<HTMLElement>(`[data-id="${CSS.escape(to)}"]`)?.focus({ preventScroll: true });
      } else if (event.key === 'Enter' && (node || selected !== null)) {
        event.preventDefault();
        if (node?.dataset.id && !node.dataset.id.startsWith('end ')) select(node.dataset.id);
        props.open?.();
      }
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  });
  return (
    <div ref={host} style={{ height: '100%' }}>
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        colorMode={scheme}
        fitView={!phone}
        fitViewOptions={FIT}
        minZoom={0.15}
        maxZoom={1.5}
        nodesConnectable={false}
        nodesDraggable={false}
        deleteKeyCode={null}
        onNodeClick={(_event, node) => {
          const { backTo } = node.data as { backTo?: string | null };
          if (node.type === 'step') select(node.id);
          else if (backTo) select(backTo);
        }}
        onPaneClick={() => select(null)}
        proOptions={{ hideAttribution: true }}
        aria-label={label}
      >
        <Controls showInteractive={false} />
      </ReactFlow>
    </div>
  );
}

/** What React Flow draws. */
function useDrawing(props: Given, drawn: ReturnType<typeof layout>) {
  const { definition, selected, nameOf, problems, marks, notes, passing = null, editing } = props;
  return useMemo(() => {
    const steps = new Map(definition.steps.map((step): [string, Step] => [step.id, step]));
    const titleOf = (step: Step) => step.name || lineOf(step, nameOf);
    const between = new Map(edgesOf(definition).map((edge) => [wayId(edge.from, edge.slot), edge]));
    const titles = definition.steps.map((step) => ({ id: step.id, title: titleOf(step) }));
    const nodes = drawn.nodes.map((node): Node => {
      const place = { id: node.id, position: { x: node.x, y: node.y }, draggable: false };
      if (node.kind === 'end') {
        const step = node.back === undefined ? undefined : steps.get(node.back);
        const passed = passing?.ways.has(node.id.slice('end '.length)) ?? null;
        const data = { back: step ? titleOf(step) : null, backTo: node.back ?? null, passed };
        const ariaLabel = data.back === null ? 'End' : `Goes back to ${data.back}`;
        return { ...place, type: 'end', data, selectable: false, focusable: false, ariaLabel };
      }
      const step = steps.get(node.id);
      const line = step ? lineOf(step, nameOf) : triggerLine(definition);
      const data: Drawn = {
        kind: step?.kind ?? 'trigger',
        campaign: !step && definition.trigger?.kind === 'campaign',
        title: step?.name || line,
        line,
        selected: selected === node.id,
        wrong: problems?.get(node.id) ?? null,
        mark: marks?.get(node.id) ?? null,
        passed: passing && (node.id === 'trigger' || passing.steps.has(node.id)),
        notes: notes?.get(node.id) ?? [],
      };
      const kind = data.kind === 'trigger' ? 'Trigger' : KIND_WORDS[data.kind];
      return { ...place, type: 'step', data, ariaLabel: `${kind}: ${data.title}` };
    });
    const edges = drawn.ways.map((way): Edge => {
      const id = `${way.from} ${way.slot}`;
      const { from, to } = between.get(id)!;
      const data: Drawing = {
        slot: way.slot,
        from,
        to,
        points: way.points,
        label: way.label,
        passed: passing?.ways.has(id) ?? null,
        editing,
        others: titles.filter((one) => one.id !== to && one.id !== from),
      };
      return { id, source: way.from, target: way.to, type: 'way', focusable: false, data };
    });
    return { nodes, edges };
  }, [definition, drawn, selected, nameOf, problems, marks, notes, passing, editing]);
}

/** Moves the view when what is chosen lies outside of it; with nothing chosen all is shown when there is more or less room, or its beginning on a phone. */
function useShown(nodes: readonly Placed[], selected: string | null, phone: boolean) {
  const node = nodes.find(({ id }) => id === selected);
  const { setCenter, setViewport, fitView, getViewport } = useReactFlow();
  const width = useStore((store) => store.width);
  const height = useStore((store) => store.height);
  const id = node?.id;
  const seen = useRef('');
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new choice moves the view, or less room for it
  useEffect(() => {
    const resized = seen.current !== `${width} ${height}`;
    seen.current = `${width} ${height}`;
    if (width === 0) return;
    if (!node) {
      const first = nodes.find(({ kind }) => kind === 'trigger');
      if (!resized || !first) return;
      const wide = Math.max(...nodes.map(({ x, width }) => x + width)) - Math.min(...nodes.map(({ x }) => x));
      const high = Math.max(...nodes.map(({ y, height }) => y + height)) - first.y;
      const whole = Math.min(width / wide, height / high) / (1 + 2 * FIT.padding) >= READABLE;
      if (!phone || whole) void fitView(FIT);
      else
        void setViewport({
          x: width / 2 - (first.x + first.width / 2) * READABLE,
          y: TOP_PX - first.y * READABLE,
          zoom: READABLE,
        });
      return;
    }
    const { x, y, zoom }: Viewport = getViewport();
    const [left, top] = [node.x * zoom + x, node.y * zoom + y];
    const inside = left >= 0 && top >= 0 && left + node.width * zoom <= width && top + node.height * zoom <= height;
    // On a phone the panel covers the lower part.
    if (phone) void setViewport({ x: width / 2 - (node.x + node.width / 2) * zoom, y: TOP_PX - node.y * zoom, zoom });
    else if (!inside) void setCenter(node.x + node.width / 2, node.y + node.height / 2, { zoom, duration: 150 });
  }, [id, width, height]);
}
