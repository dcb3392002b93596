/** What one part of the check found. */
export interface Found<Numbers> {
  numbers: Numbers;
  violations: string[];
}

/** `what: how many, such as …` for a list that should be empty. */
export function reporter() {
  const violations: string[] = [];
  const report = (what: string, list: readonly unknown[]) => {
    if (list.length > 0) violations.push(`${what}: ${list.length}, such as ${JSON.stringify(list.slice(0, 3))}`);
  };
  return { violations, report };
}

/** The bare id of `whk_…`. */
export const bare = (id: string) => id.slice(4).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
