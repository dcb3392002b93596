import { type IdKind, present } from '../platform/ids.ts';
import type { NoticeKind } from './raise.ts';

const OF: Partial<Record<NoticeKind, { kind: IdKind; path: (id: string) => string }>> = {
  resend_failed: { kind: 'resend', path: (id) => `/resends/${id}` },
  run_stopped: { kind: 'scenario', path: (id) => `/scenarios/${id}/runs` },
  scenario_halted: { kind: 'scenario', path: (id) => `/scenarios/${id}` },
};

/** A notice's subject as it is outside: an origin, an id with its prefix, or null. */
export function subjectOf(kind: NoticeKind, subject: string): string | null {
  const of = OF[kind];
  return of ? present(of.kind, subject) : subject || null;
}

/** Where in the web application it is looked at. */
export function pathOf(kind: NoticeKind, subject: string): string {
  const of = OF[kind];
  if (of) return of.path(present(of.kind, subject));
  return kind === 'origin_broken' ? '/origins' : '/operations';
}
