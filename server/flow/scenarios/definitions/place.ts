/** Rows that one transaction holds, releases or cancels at most: well under the 5 seconds a statement may take. */
export const CHUNK = 1000;

/** An id before every other. */
export const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/** Whose rows are changed. */
export interface Place {
  workspaceId: string;
  scenarioId: string;
}
