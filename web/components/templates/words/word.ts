/** A word of a language: what is written for it, and a line on what it does. */
export interface Word {
  name: string;
  /** What it takes, as one writes it: `: 'x'` or `('x')`; empty for nothing. */
  takes: string;
  says: string;
}

/** Words from lines of `name takes — says`. */
export function words(lines: string): Word[] {
  return lines
    .trim()
    .split('\n')
    .map((line) => {
      const [head = '', says = ''] = line.split(' — ');
      const cut = head.search(/[ :(]/);
      return cut === -1
        ? { name: head.trim(), takes: '', says }
        : { name: head.slice(0, cut).trim(), takes: head.slice(cut).trimEnd(), says };
    });
}
