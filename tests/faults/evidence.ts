import type { Acknowledged } from './client.ts';
import type { Receiver } from './receiver.ts';
import type { Trouble } from './trouble.ts';
import type { Commits } from './watch.ts';

/** What a run proved, and every violation that was found. */
export interface Verdict {
  onTimeline: number;
  enrollments: number;
  deliveries: number;
  delivered: number;
  violations: string[];
}

/** What a run left behind, for its checker. */
export interface Evidence {
  acknowledged: readonly Acknowledged[];
  faulty: Receiver;
  limited: Receiver;
  calm: Receiver;
  /** Ids as the API gives them. */
  scene: { limited: string; calm: string; policy: string };
  trouble: Trouble;
  commits: Commits;
}

/** What was proved, in numbers. */
export interface ChaosVerdict extends Verdict {
  /** Requests that were compared with the stored bytes, and those looked for in the database while they were open. */
  bytesCompared: number;
  lookedForWhileOpen: number;
  /** Of the policy, by records and bookings, and at the receiver. */
  mostStartsInASecond: number;
  mostOpen: number;
  /** Deliveries of the lane without trouble during outages of another's receiver, and the longest that one took, ms. */
  duringOutages: number;
  longestMs: number;
}
