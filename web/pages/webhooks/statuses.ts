import type { Definition } from './draft.ts';

export type StatusList = Exclude<Definition['statuses'], string>['delivered'];

/** Statuses by comma, `2xx, 404`; or what is wrong with the first that is none. */
export function parseStatuses(text: string): { statuses?: StatusList; wrong?: string } {
  const parts = text
    .split(/[\s,]+/)
    .map((part) => part.toLowerCase())
    .filter((part) => part !== '');
  const statuses: StatusList = [];
  for (const part of parts) {
    if (/^[1-5]xx$/.test(part)) statuses.push(part as '2xx');
    else if (/^[1-5]\d\d$/.test(part)) statuses.push(Number(part));
    else return { wrong: `${part} is no status: write 404, or 4xx for all of a class` };
  }
  return { statuses };
}
