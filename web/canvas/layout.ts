import type { ScenarioDefinition, Slot } from './definition.ts';
import { type Child, forward, rowsOf, treeOf } from './tree.ts';

/** Sizes in pixels. `gap`: between rows, wide enough for a turn aside, a label with its +, and turns back in. */
export const NODE = { width: 240, height: 96, gap: 76 };
/** An end, or a sign that a way goes back. */
export const END = { width: 150, height: 44 };
/** The room of a way's label and +, around its middle. */
export const LABEL = { width: 96, height: 26 };
const BESIDE = 32;
const LANE = 100;
/** Where, below a row, ways turn aside, and their labels stand; and, above the next row, where those that join turn in. */
const TURN = 12;
const MIDDLE = 34;
const JOINS = [8, 14, 20];

/** Something drawn, by its left upper corner. An end is named `end <from> <slot>`. */
export interface Placed {
  id: string;
  kind: 'trigger' | 'step' | 'end';
  x: number;
  y: number;
  row: number;
  width: number;
  height: number;
  /** The step that an end leads back to, further up. */
  back?: string;
}
export interface Point {
  x: number;
  y: number;
}
/** A way from one thing to another, and the corners that it is drawn through. */
export interface Way {
  from: string;
  to: string;
  slot: Slot;
  points: Point[];
  /** The middle of its label and +. */
  label: Point;
}

const top = (row: number) => row * (NODE.height + NODE.gap);
const isEnd = (id: string) => id.startsWith('end ');

/**
 * Places a definition from the trigger down to its ends, as a tidy tree: a step stands a row below the lowest step that
 * leads to it, and under that one; every other way to it runs down a lane of its own. A way back to a step above ends
 * in a sign. Columns of neighbours never meet, so nothing lies over anything else.
 */
export function layout(definition: ScenarioDefinition): { nodes: Placed[]; ways: Way[] } {
  const { ways, back, roots } = forward(definition);
  const rows = rowsOf(ways);
  const children = treeOf(ways, rows, roots);
  const { middles, lanes } = columns(roots, children);
  const nodes = [...middles].map(([id, x]): Placed => {
    const { width, height } = isEnd(id) ? END : NODE;
    const row = rows.get(id) ?? 0;
    const to = back.get(id);
    const kind = id === 'trigger' ? 'trigger' : isEnd(id) ? 'end' : 'step';
    return { id, kind, x: x - width / 2, y: top(row), row, width, height, ...(to !== undefined && { back: to }) };
  });
  const join = joins(ways, rows, lanes);
  const drawn = ways.map((way): Way => {
    const from = { x: middles.get(way.from)!, y: top(rows.get(way.from)!) + NODE.height };
    const to = { x: middles.get(way.to)!, y: top(rows.get(way.to)!) };
    const x = lanes.get(way) ?? to.x;
    const aside = from.y + TURN;
    const into = to.y - (join.get(way.to) ?? 0);
    const points = [
      from,
      ...(x === from.x
        ? []
        : [
            { x: from.x, y: aside },
            { x, y: aside },
          ]),
      ...(x === to.x
        ? []
        : [
            { x, y: into },
            { x: to.x, y: into },
          ]),
      to,
    ];
    return { ...way, points, label: { x, y: from.y + MIDDLE } };
  });
  return { nodes: nodes.sort((a, b) => a.y - b.y || a.x - b.x), ways: drawn };
}

/** The middle of everything, and of the lanes of ways that lead past others; from left to right, none over another. */
function columns(roots: readonly string[], children: ReadonlyMap<string, Child[]>) {
  const widths = new Map<string, number>();
  const own = (id: string) => (isEnd(id) ? END.width : NODE.width);
  const spanOf = (child: Child) => (child.placed ? widthOf(child.way.to) : LANE);
  const inside = (list: readonly Child[]) =>
    list.reduce((sum, child) => sum + spanOf(child), 0) + BESIDE * Math.max(0, list.length - 1);
  const widthOf = (id: string): number => {
    const known = widths.get(id);
    if (known !== undefined) return known;
    const width = Math.max(own(id), inside(children.get(id) ?? []));
    widths.set(id, width);
    return width;
  };
  const middles = new Map<string, number>();
  const lanes = new Map<Child['way'], number>();
  const place = (id: string, left: number) => {
    const list = children.get(id) ?? [];
    const width = widthOf(id);
    let at = left + (width - inside(list)) / 2;
    const below: number[] = [];
    for (const child of list) {
      const span = spanOf(child);
      if (child.placed) place(child.way.to, at);
      else lanes.set(child.way, at + span / 2);
      below.push(child.placed ? middles.get(child.way.to)! : at + span / 2);
      at += span + BESIDE;
    }
    // Over the middle of what it leads to, as far as there is room.
    const wanted = below.length === 0 ? left + width / 2 : (below[0]! + below.at(-1)!) / 2;
    middles.set(id, Math.min(Math.max(wanted, left + own(id) / 2), left + width - own(id) / 2));
  };
  let left = 0;
  for (const root of roots) {
    place(root, left);
    left += widthOf(root) + BESIDE * 2;
  }
  return { middles, lanes };
}

/** How far above a step the ways that join it turn in: neighbours in a row differ, so that their runs can be told apart. */
function joins(
  ways: readonly Child['way'][],
  rows: ReadonlyMap<string, number>,
  lanes: ReadonlyMap<Child['way'], number>,
) {
  const heights = new Map<string, number>();
  const taken = new Map<number, number>();
  for (const way of ways) {
    if (!lanes.has(way) || heights.has(way.to)) continue;
    const row = rows.get(way.to)!;
    const n = taken.get(row) ?? 0;
    taken.set(row, n + 1);
    heights.set(way.to, JOINS[n % JOINS.length]!);
  }
  return heights;
}
