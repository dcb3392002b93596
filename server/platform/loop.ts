import type { Signals } from './signals.ts';

export interface LoopParts {
  signals: Signals;
  /** Signals that end a rest. */
  on?: readonly string[];
  /** One round. What it returns is how long to rest then, ms, unless a signal was raised since the round began; 0: not at all. */
  work: () => Promise<number>;
  /** Called with what a round threw; returns how long to rest then, ms. */
  failed: (error: unknown) => number;
}

/** A loop that runs. */
export interface Loop {
  /** Ends a rest, and keeps the one after the round under way from being taken. */
  wake(): void;
  /** Starts no more rounds, and waits for the one under way. */
  stop(): Promise<void>;
}

/** Repeats some work until stopped, with rests that signals end. */
export function startLoop({ signals, on = [], work, failed }: LoopParts): Loop {
  let stopped = false;
  let woken = false;
  let rise = () => {};
  const wake = () => {
    woken = true;
    rise();
  };
  const offs = on.map((name) => signals.on(name, wake));
  const rest = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      rise = () => {
        clearTimeout(timer);
        resolve();
      };
      if (woken || stopped) rise();
    });
  const run = async () => {
    while (!stopped) {
      woken = false;
      let ms: number;
      try {
        ms = await work();
      } catch (error) {
        ms = failed(error);
        // Trouble is waited out, whatever was raised meanwhile.
        woken = false;
      }
      if (ms > 0) await rest(ms);
    }
  };
  const done = run();
  return {
    wake,
    async stop() {
      stopped = true;
      for (const off of offs) off();
      rise();
      await done;
    },
  };
}
