import { ENROLLMENT } from '../../schema/index.ts';
import type { Changed } from '../profiles/index.ts';
import type { Count, EnrollmentState, EntryState, NewDelivery, NewTimer } from './state.ts';
import { runStep, type StepView } from './steps/index.ts';

/** What walking an enrollment brought. */
export interface Walked {
  enrollment: EnrollmentState;
  entry: EntryState;
  profile: StepView['profile'];
  changed: Changed[];
  deliveries: NewDelivery[];
  timers: NewTimer[];
  counts: Count[];
}

// Publishing refuses circles without a wait, so a way is at most as long as the scenario; this bound only catches what
// slipped through. Fails closed: the enrollment ends, visibly.
const MAX_STEPS = 500;
// The trail of one enrollment that goes round for months stays readable and bounded.
const MAX_TRAIL = 400;

/** Walks an enrollment from step `to` until it stays somewhere or ends. Pure. */
export function walk(view: StepView, entry: EntryState, to: string | null, endReason = 'completed'): Walked {
  const { workspaceId, scenarioId } = view.enrollment;
  const out: Walked = {
    enrollment: view.enrollment,
    entry,
    profile: view.profile,
    changed: [],
    deliveries: [],
    timers: [],
    counts: [],
  };
  const trail = [...view.enrollment.data.trail];
  const count = (step: string, name: string) => out.counts.push({ workspaceId, scenarioId, step, name, delta: 1 });
  let at = to;
  let reason = endReason;
  let declared = view.declared;
  for (let n = 0; at !== null; n++) {
    const step = view.scenario.steps.get(at);
    if (!step || n >= MAX_STEPS) {
      reason = step ? 'stopped: the way has no end' : `stopped: step ${at} does not exist`;
      break;
    }
    count(at, 'reached');
    if (!out.entry.reached.includes(at)) {
      out.entry = { ...out.entry, reached: [...out.entry.reached, at] };
      count(at, 'profiles');
    }
    const result = runStep(step, { ...view, profile: out.profile, declared });
    trail.push({
      step: at,
      at: view.now,
      ...(result.outcome && { outcome: result.outcome }),
      ...(result.delivery && { delivery: result.delivery.id }),
    });
    if (result.changed) {
      out.profile = result.changed.profile;
      out.changed.push(result.changed);
      if (result.changed.declare.length > 0)
        declared = new Map([...declared, ...result.changed.declare.map((d) => [d.name, d.type] as const)]);
    }
    if (result.delivery) {
      out.deliveries.push(result.delivery);
      count(at, 'queued');
    }
    if (result.timer) out.timers.push(result.timer);
    if (result.go === 'stay') {
      out.enrollment = {
        ...view.enrollment,
        step: at,
        data: { ...view.enrollment.data, trail: trail.slice(-MAX_TRAIL) },
      };
      return out;
    }
    at = result.go.to;
    if (result.go.reason) reason = result.go.reason;
  }
  count('', 'ended');
  if (out.entry.open > 0) out.entry = { ...out.entry, open: out.entry.open - 1 };
  out.enrollment = {
    ...view.enrollment,
    state: ENROLLMENT.ended,
    step: null,
    endedAt: view.now,
    reason,
    data: { ...view.enrollment.data, trail: trail.slice(-MAX_TRAIL) },
  };
  return out;
}
