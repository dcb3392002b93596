const UNITS = { s: 1, m: 60, h: 3_600, d: 86_400 };
const MOST_SECONDS = 604_800;
const MOST_WAITS = 50;

/** Waits in seconds from what a person typed, `30, 5m, 2h`; or what is wrong with it. */
export function parseWaits(
  text: string,
): { waits: number[]; wrong?: undefined } | { waits?: undefined; wrong: string } {
  const parts = text.split(/[\s,]+/).filter((part) => part !== '');
  if (parts.length > MOST_WAITS) return { wrong: `At most ${MOST_WAITS} waits; these are ${parts.length}` };
  const waits: number[] = [];
  for (const part of parts) {
    const [, number, unit = 's'] = /^(\d+(?:\.\d+)?)([smhd]?)$/.exec(part) ?? [];
    const seconds = Number(number) * UNITS[(unit || 's') as keyof typeof UNITS];
    if (!(seconds > 0)) return { wrong: `"${part}" is no wait; write 30, 30s, 5m, 2h or 1d` };
    if (seconds > MOST_SECONDS) return { wrong: `"${part}" is longer than 7 days` };
    waits.push(seconds);
  }
  return { waits };
}

/** Seconds in the largest unit that they are a whole number of, `5 min`. */
export function span(seconds: number): string {
  if (seconds >= 86_400 && seconds % 86_400 === 0) return `${seconds / 86_400} d`;
  if (seconds >= 3_600 && seconds % 3_600 === 0) return `${seconds / 3_600} h`;
  if (seconds >= 60 && seconds % 60 === 0) return `${seconds / 60} min`;
  return `${seconds} s`;
}
