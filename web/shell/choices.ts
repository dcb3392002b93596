import type { NavigateOptions } from '@tanstack/react-router';
import { getSearch } from '../data/api/index.ts';
import { makeScenario, makeWebhook } from '../data/make.ts';
import { ask } from '../data/queries.ts';
import { PLACES } from './places.ts';

/** Something that can be chosen: where it leads, or what it does first. */
export interface Choice {
  key: string;
  group: 'Found' | 'Do' | 'Go to';
  title: string;
  note: string;
  /** The address to go to; made by `run` when there is something to do before. */
  to?: string;
  search?: Record<string, string>;
  run?: () => Promise<string>;
  /** What the person must be allowed to do. */
  needs?: string;
}

const WHERE: Record<string, string> = {
  profile: '/profiles/',
  webhook: '/webhooks/',
  scenario: '/scenarios/',
  delivery: '/deliveries/',
  inspector: '/inspectors/',
};

const DO: readonly Choice[] = [
  {
    key: 'new webhook',
    group: 'Do',
    title: 'New webhook',
    note: 'and edit it',
    needs: 'edit_urls',
    run: async () => `/webhooks/${(await makeWebhook()).id}`,
  },
  {
    key: 'new scenario',
    group: 'Do',
    title: 'New scenario',
    note: 'and edit it',
    needs: 'edit_scenarios',
    run: async () => `/scenarios/${(await makeScenario()).id}`,
  },
  {
    key: 'invite',
    group: 'Do',
    title: 'Invite someone',
    note: 'Settings',
    needs: 'manage_people',
    to: '/settings',
    search: { part: 'people' },
  },
  {
    key: 'new key',
    group: 'Do',
    title: 'New API key',
    note: 'Settings',
    needs: 'manage_keys',
    to: '/settings',
    search: { part: 'keys' },
  },
];
const GO: readonly Choice[] = [
  ...PLACES.map(
    ({ to, label, action }): Choice => ({
      key: to,
      group: 'Go to',
      title: label,
      note: 'Page',
      to,
      ...(action && { needs: action }),
    }),
  ),
  { key: '/events', group: 'Go to', title: 'Events', note: 'Page', to: '/events' },
  {
    key: 'failed',
    group: 'Go to',
    title: 'Failed deliveries',
    note: 'Page',
    to: '/deliveries',
    search: { state: 'failed' },
  },
  {
    key: 'audit',
    group: 'Go to',
    title: 'Audit log',
    note: 'Settings',
    needs: 'read_audit',
    to: '/settings',
    search: { part: 'audit' },
  },
  { key: 'docs', group: 'Go to', title: 'API reference', note: 'Page', to: '/api/docs' },
];

/** What a person may do and where one can go, as far as every word of the text is in its name. */
export function choicesFor(text: string, can: readonly string[]): Choice[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return [...DO, ...GO].filter(({ title, group, needs }) => {
    const name = `${group} ${title}`.toLowerCase();
    return (needs === undefined || can.includes(needs)) && words.every((word) => name.includes(word));
  });
}

/** Things with this id, name or identifier, and where else to look. */
export async function findThings(text: string): Promise<Choice[]> {
  const { items } = await ask(getSearch({ query: { q: text } }));
  return items.map((item) => ({
    key: `${item.kind} ${item.id}`,
    group: 'Found',
    title: item.title,
    note: item.subtitle ?? item.kind,
    to: `${WHERE[item.kind]}${item.id}`,
  }));
}

/** All profiles that hold the text, for when the list of found things isn't enough. */
export const amongProfiles = (text: string): Choice => ({
  key: 'among profiles',
  group: 'Go to',
  title: `Profiles with “${text}”`,
  note: 'Search all',
  to: '/profiles',
  search: { q: text },
});

/** The address of a choice, as the router takes it. */
export const addressOf = (choice: Choice, to: string): NavigateOptions =>
  ({ to, ...(choice.search && { search: choice.search }) }) as never;
