import type { Trouble } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import { Renderer } from './child-process.ts';
import { MAX_PROGRAMS } from './protocol.ts';
import { CULPRIT, type Known, STOPPED, type Task, UNAVAILABLE } from './tasks.ts';

/** Batches that one process holds at a time: the next is there when it has answered one. */
const IN_FLIGHT = 2;
/** Starts that may fail in a row before what waits is given back as our own trouble. */
const MAX_FAILED_STARTS = 5;

/** A task on its way. `alone`: it is a suspect and shares no process meanwhile; `fresh`: nor one that served before. */
interface Ticket {
  task: Task;
  alone: boolean;
  fresh: boolean;
}

interface Slot {
  renderer: Renderer;
  ready: boolean;
  served: boolean;
  flying: Ticket[];
  known: Known;
  deadline: NodeJS.Timeout | null;
}

/**
 * Keeps renderer processes and hands tasks to them. When one dies or overruns while it works on a batch, the jobs of
 * that batch are tried alone; a single job that ends a fresh process too is the culprit and fails for good. A death
 * that doesn't repeat is ours, and costs time only. Other batches of the dead process go back to the front.
 */
export class Dispatcher {
  readonly #slots = new Set<Slot>();
  readonly #queue: Ticket[] = [];
  readonly #log: Log;
  readonly #deadlineMs: number;
  readonly #heapMb: number;
  readonly #size: number;
  readonly #idleMs: number | null;
  #idle: NodeJS.Timeout | null = null;
  #failedStarts = 0;
  #stopped = false;
  #waiting = 0;

  /** With `idleMs` the processes start when there is work, and end when there was none for so long. */
  constructor(options: { size: number; log: Log; deadlineMs: number; heapMb: number; idleMs: number | null }) {
    this.#log = options.log;
    this.#deadlineMs = options.deadlineMs;
    this.#heapMb = options.heapMb;
    this.#size = options.size;
    this.#idleMs = options.idleMs;
    if (this.#idleMs === null) this.#fill();
  }

  /** Jobs that wait for a process. */
  get waiting(): number {
    return this.#waiting;
  }

  pids(): number[] {
    return [...this.#slots].flatMap(({ renderer }) => renderer.pid ?? []);
  }

  submit(tasks: Task[]): void {
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#idle = null;
    if (!this.#stopped) this.#fill();
    for (const task of tasks) this.#put({ task, alone: false, fresh: false }, false);
    this.#dispatch();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#idle !== null) clearTimeout(this.#idle);
    const slots = [...this.#slots];
    for (const { renderer } of slots) renderer.kill('stopped');
    this.#failAll(STOPPED);
    await Promise.all(slots.map(({ renderer }) => renderer.ended()));
  }

  #put(ticket: Ticket, front: boolean): void {
    if (this.#stopped) {
      ticket.task.fail(STOPPED);
      return;
    }
    this.#waiting += ticket.task.size;
    if (front) this.#queue.unshift(ticket);
    else this.#queue.push(ticket);
  }

  #fill(): void {
    while (this.#slots.size < this.#size) this.#start();
  }

  /** Ends the processes when nothing comes for a while; the next task starts them again. */
  #rest(): void {
    if (this.#idleMs === null || this.#stopped) return;
    this.#idle = setTimeout(() => {
      for (const slot of this.#slots) {
        this.#slots.delete(slot);
        slot.renderer.kill('had nothing to do');
      }
    }, this.#idleMs);
    this.#idle.unref();
  }

  #start(): void {
    const known = { numbers: new Map<string, number>(), limit: MAX_PROGRAMS };
    const slot = { ready: false, served: false, flying: [], known, deadline: null } as Omit<Slot, 'renderer'> as Slot;
    slot.renderer = new Renderer(this.#heapMb, {
      ready: () => {
        slot.ready = true;
        this.#failedStarts = 0;
        this.#dispatch();
      },
      answer: (head, blobs) => {
        const ticket = slot.flying[0];
        if (ticket === undefined) return;
        ticket.task.accept(head, blobs);
        slot.flying.shift();
        this.#watch(slot);
        this.#dispatch();
        if ([...this.#slots].every(({ flying }) => flying.length === 0)) this.#rest();
      },
      gone: (why) => this.#gone(slot, why),
    });
    this.#slots.add(slot);
  }

  #dispatch(): void {
    for (const slot of this.#slots) {
      while (this.#queue.length > 0 && this.#takes(slot, this.#queue[0]!)) {
        const ticket = this.#queue.shift()!;
        this.#waiting -= ticket.task.size;
        slot.flying.push(ticket);
        slot.served = true;
        if (slot.flying.length === 1) this.#watch(slot);
        slot.renderer.send(ticket.task.encode(slot.known));
      }
    }
  }

  #takes(slot: Slot, { alone, fresh }: Ticket): boolean {
    if (!slot.ready || slot.flying.length >= IN_FLIGHT || slot.flying[0]?.alone) return false;
    return alone ? slot.flying.length === 0 && !(fresh && slot.served) : true;
  }

  /** The deadline counts for the batch that the process works on, from when it could begin with it. */
  #watch(slot: Slot): void {
    if (slot.deadline !== null) clearTimeout(slot.deadline);
    slot.deadline = null;
    if (slot.flying.length > 0) {
      // The last try has twice the time, so that a machine out of breath makes no culprit.
      const time = slot.flying[0]!.fresh ? 2 * this.#deadlineMs : this.#deadlineMs;
      slot.deadline = setTimeout(() => slot.renderer.kill('ran over its deadline'), time);
    }
  }

  #gone(slot: Slot, why: string): void {
    if (!this.#slots.delete(slot)) return; // ended because it had nothing to do
    if (slot.deadline !== null) clearTimeout(slot.deadline);
    const [head, ...others] = slot.flying.splice(0);
    if (this.#stopped) {
      for (const { task } of head === undefined ? others : [head, ...others]) task.fail(STOPPED);
      return;
    }
    this.#log.warn({ why, jobs: head?.task.size ?? 0 }, 'a renderer process ended and is replaced');
    if (!slot.ready) this.#failedStarts++;
    this.#start();
    for (const ticket of others.reverse()) this.#put(ticket, true);
    if (head?.fresh) head.task.fail(CULPRIT);
    else if (head !== undefined) this.#suspect(head);
    if (this.#failedStarts >= MAX_FAILED_STARTS) this.#failAll(UNAVAILABLE);
    this.#dispatch();
  }

  /** A single job goes to a fresh process next; the jobs of a batch are tried one by one. */
  #suspect({ task }: Ticket): void {
    const single = task.size === 1;
    for (const one of task.split().reverse()) this.#put({ task: one, alone: true, fresh: single }, true);
  }

  #failAll(why: Trouble): void {
    this.#waiting = 0;
    for (const { task } of this.#queue.splice(0)) task.fail(why);
  }
}
