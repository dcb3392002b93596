/** How much of a resend is done, from 0 to 1. */
export function shareOf({ state, found, expected }: { state: string; found: number; expected: number }): number {
  if (state === 'done') return 1;
  return expected === 0 ? 0 : Math.min(1, found / expected);
}

/** Whether it goes on by itself. */
export const isOpen = (state: string) => state === 'running' || state === 'stopping';
