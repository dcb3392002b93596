import type { Scope } from './scopes.ts';

/** What a person can be allowed to do. A route names its action; the web application shows what `can` lists. */
export const ACTIONS = [
  'read',
  'read_bodies',
  'edit_profiles',
  'edit_webhooks',
  'edit_scenarios',
  'publish',
  'send',
  'resend',
  'export',
  'ingest',
  'edit_urls',
  'edit_connections',
  'edit_workspace',
  'manage_keys',
  'read_audit',
  'read_operations',
  'erase',
  'manage_people',
] as const;
export type Action = (typeof ACTIONS)[number];

const viewer: readonly Action[] = ['read'];
const marketer: readonly Action[] = [
  ...viewer,
  'read_bodies',
  'edit_profiles',
  'edit_webhooks',
  'edit_scenarios',
  'publish',
  'send',
  'resend',
  'export',
];
const developer: readonly Action[] = [
  ...marketer,
  'ingest',
  'edit_urls',
  'edit_connections',
  'edit_workspace',
  'manage_keys',
  'read_audit',
  'read_operations',
  'erase',
];

/** The table of roles: each has what the one before it has, and more. */
export const ROLES = { viewer, marketer, developer, administrator: ACTIONS } as const;
export type Role = keyof typeof ROLES;
export const ROLE_NAMES = ['viewer', 'marketer', 'developer', 'administrator'] as const;

/** Whether a role may do something. Fails closed: a role or an action that isn't known may nothing. */
export function may(role: string, action: string): boolean {
  const actions: readonly string[] = Object.hasOwn(ROLES, role) ? ROLES[role as Role] : [];
  return actions.includes(action);
}

/** The least role that may do something, for saying whom to ask. */
export function leastRole(action: Action): Role {
  return ROLE_NAMES.find((role) => may(role, action)) ?? 'administrator';
}

/** The scopes of a person's role, for what asks for scopes alone. */
export function scopesOf(role: string): readonly Scope[] {
  if (may(role, 'manage_keys')) return ['ingest', 'read', 'profiles', 'webhooks', 'scenarios', 'deliveries', 'admin'];
  if (may(role, 'edit_webhooks')) return ['read', 'profiles', 'webhooks', 'scenarios', 'deliveries'];
  return may(role, 'read') ? ['read'] : [];
}

const OF_SCOPE: Record<Scope, readonly Action[]> = {
  ingest: ['ingest'],
  read: ['read', 'read_bodies', 'export'],
  profiles: ['edit_profiles', 'erase'],
  webhooks: ['edit_webhooks', 'edit_urls', 'send'],
  scenarios: ['edit_scenarios', 'publish'],
  deliveries: ['resend'],
  admin: ['edit_connections', 'edit_workspace', 'manage_keys', 'read_audit', 'read_operations', 'manage_people'],
};

/** What a key with these scopes may do. */
export function actionsOf(scopes: readonly Scope[]): Action[] {
  return scopes.flatMap((scope) => OF_SCOPE[scope]);
}
