import fc from 'fast-check';
import { expect, test } from 'vitest';
import { eventOf, scenarioDefinition } from '../../../shared/scenario.ts';
import { DELIVERY, ENROLLMENT, FACT, MODE, ORIGIN } from '../../schema/index.ts';
import type { OutcomeBody, QueuedFact } from '../inbox/index.ts';
import type { ProfileState } from '../profiles/index.ts';
import type { EnrollmentState, EntryState, ScenarioVersion } from '../scenarios/index.ts';
import { decide, decideTimer } from './decide.ts';
import type { Decision, Situation } from './decision.ts';

const WORKSPACE = '01900000-0000-7000-8000-000000000001';
const PROFILE = '01900000-0000-7000-8000-000000000002';
const SCENARIO = '01900000-0000-7000-8000-000000000003';

function version(definition: unknown): ScenarioVersion {
  const parsed = scenarioDefinition.parse(definition);
  return {
    workspaceId: WORKSPACE,
    id: SCENARIO,
    name: 'S',
    version: 1,
    definition: parsed,
    steps: new Map(parsed.steps.map((s) => [s.id, s])),
  };
}

/** A world in memory: feeds decisions back as the turn does. */
class World {
  profile: ProfileState | null = null;
  enrollments = new Map<string, EnrollmentState>();
  entry: EntryState | null = null;
  deliveries: Decision['deliveries'] = [];
  timers: Decision['timers'] = [];
  counts = new Map<string, number>();
  ids = 0;
  now = 1_000_000;
  readonly scenario: ScenarioVersion;
  constructor(scenario: ScenarioVersion) {
    this.scenario = scenario;
  }

  situation(): Situation {
    return {
      now: this.now,
      newId: () => `01900000-0000-7000-9000-${String(++this.ids).padStart(12, '0')}`,
      declared: new Map(),
      identifiers: new Set(),
      triggered: (event) => (event === eventOf(this.scenario.definition) ? [this.scenario] : []),
      scenario: () => this.scenario,
      scenarioState: () => 'active',
      run: () => null,
      laneOf: () => '01900000-0000-7000-8000-00000000000f',
      profile: this.profile,
      enrollment: (id) => this.enrollments.get(id) ?? null,
      entry: () => this.entry,
      properties: () => ({}),
      responseBody: () => undefined,
    };
  }

  take(decision: Decision | null): void {
    if (!decision) return;
    this.profile = decision.profile;
    for (const e of decision.enrollments) this.enrollments.set(e.id, e);
    for (const e of decision.entries) this.entry = e;
    this.deliveries.push(...decision.deliveries);
    this.timers.push(...decision.timers);
    for (const c of decision.counts)
      this.counts.set(`${c.step}/${c.name}`, (this.counts.get(`${c.step}/${c.name}`) ?? 0) + c.delta);
  }

  fact(part: Partial<QueuedFact>): QueuedFact {
    return {
      workspaceId: WORKSPACE,
      profileId: PROFILE,
      id: `01900000-0000-7000-a000-${String(++this.ids).padStart(12, '0')}`,
      kind: FACT.track,
      class: 0,
      origin: ORIGIN.event,
      depth: 0,
      occurredAt: this.now,
      receivedAt: this.now,
      name: 'Go',
      body: '{}',
      meta: null,
      partition: 0,
      seq: 1,
      tries: 0,
      ...part,
    };
  }
}

const steps = fc.constantFrom('webhook', 'wait', 'update', 'condition');
const scenarios = fc.array(steps, { minLength: 1, maxLength: 6 }).map((kinds) =>
  version({
    trigger: { kind: 'event', event: 'Go' },
    start: 's0',
    steps: kinds.map((kind, i) => {
      const next = i + 1 < kinds.length ? `s${i + 1}` : null;
      if (kind === 'webhook')
        return { id: `s${i}`, kind, webhook: 'w', next, move_on: i % 2 ? 'first_attempt' : 'outcome' };
      if (kind === 'wait') return { id: `s${i}`, kind, seconds: 5, next };
      if (kind === 'update') return { id: `s${i}`, kind, set: [{ attribute: 'n', mode: 'sum', value: 1 }], next };
      return { id: `s${i}`, kind, if: { attribute: 'n', op: 'exists' }, yes: next, no: next };
    }),
  }),
);

test('whatever the outcomes, every enrollment ends once, and nothing is queued after its end', () => {
  fc.assert(
    fc.property(
      scenarios,
      fc.array(fc.constantFrom(DELIVERY.delivered, DELIVERY.failed, DELIVERY.skipped), { minLength: 1 }),
      fc.integer({ min: 1, max: 3 }),
      (scenario, outcomes, events) => {
        const world = new World(scenario);
        for (let i = 0; i < events; i++) world.take(decide(world.situation(), world.fact({})));
        for (let i = 0; world.deliveries.length + world.timers.length > 0; i++) {
          expect(i).toBeLessThan(100);
          const timer = world.timers.shift();
          if (timer) {
            world.now = timer.dueAt;
            world.take(decideTimer(world.situation(), timer));
            continue;
          }
          const delivery = world.deliveries.shift()!;
          const state = outcomes[i % outcomes.length]!;
          const body: OutcomeBody = {
            delivery: delivery.id,
            enrollment: delivery.enrollmentId,
            scenario: SCENARIO,
            webhook: 'w',
            step: delivery.step,
            mode: delivery.mode,
            state,
            reason: state === DELIVERY.delivered ? null : { code: 'x', message: 'x' },
            status: 200,
            request: null,
            attempt: null,
            changes: [],
            refused: [],
          };
          if (delivery.mode === MODE.first_attempt && i % 2) {
            world.take(
              decide(
                world.situation(),
                world.fact({
                  kind: FACT.attempted,
                  name: null,
                  body: JSON.stringify({ ...body, state: DELIVERY.retrying }),
                }),
              ),
            );
          }
          world.take(
            decide(world.situation(), world.fact({ kind: FACT.outcome, name: null, body: JSON.stringify(body) })),
          );
          // The same outcome again moves nothing: it isn't where the enrollment waits any more.
          const before = world.deliveries.length;
          world.take(
            decide(world.situation(), world.fact({ kind: FACT.attempted, name: null, body: JSON.stringify(body) })),
          );
          expect(world.deliveries.length).toBe(before);
        }
        expect([...world.enrollments.values()].every((e) => e.state === ENROLLMENT.ended)).toBe(true);
        expect(world.enrollments.size).toBe(events);
        expect(world.counts.get('/ended')).toBe(events);
        expect(world.counts.get('/profiles')).toBe(1);
        expect(world.entry?.open).toBe(0);
      },
    ),
    { numRuns: 200 },
  );
});

test('deciding is pure: the same situation and fact give the same decision and change nothing given', () => {
  fc.assert(
    fc.property(scenarios, (scenario) => {
      const [a, b] = [new World(scenario), new World(scenario)];
      const fact = a.fact({});
      b.fact({});
      const situation = a.situation();
      Object.freeze(situation);
      expect(decide(situation, fact)).toEqual(decide(b.situation(), fact));
    }),
    { numRuns: 50 },
  );
});

test('a chain of enrollments stops at depth 10', () => {
  const world = new World(
    version({ trigger: { kind: 'event', event: 'Go' }, start: 'x', steps: [{ id: 'x', kind: 'exit' }] }),
  );
  expect(decide(world.situation(), world.fact({ depth: 9 }))?.enrollments).toHaveLength(1);
  expect(decide(world.situation(), world.fact({ depth: 10 }))?.enrollments).toHaveLength(0);
});
