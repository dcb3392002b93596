import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type EgressProxy, parseCidr, parseProxy } from './platform/egress/index.ts';

export const ROLES = ['api', 'engine', 'delivery'] as const;
export type Role = (typeof ROLES)[number];

/** Every setting, read and checked. */
export interface Config {
  port: number;
  host: string;
  /** Null: the embedded PostgreSQL. */
  databaseUrl: string | null;
  /** Absolute path. */
  dataFolder: string;
  /** What stored secrets are sealed with; null: one is made in the data folder. */
  secret: string | null;
  /** The API key with every scope on the default workspace; null: none, or one made in the data folder. */
  apiKey: string | null;
  /** Where people and other systems reach us, without a slash at the end. */
  publicUrl: string;
  /** As Fastify takes it: false, the number of proxies before us, or their addresses. */
  trustProxy: false | number | string[];
  /** Address ranges that may be called besides public ones. */
  egressAllow: string[];
  /** What every request to the outside goes through. */
  egressProxy: EgressProxy | null;
  /** The addresses or ranges that receivers see us come from; empty: not known. */
  egressAddresses: string[];
  /** Hosts and ports that are never called: our own database. */
  forbidden: { host: string; port: number }[];
  logLevel: string;
  roles: Role[];
  /** Stop when the process that started us is gone. */
  followParent: boolean;
}

/** A setting that makes no sense. The message is one sentence for the person who starts the program. */
export class SettingError extends Error {}

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];
const SECRET_LENGTH = 32;
const KEY_LENGTH = 16;
const project = join(dirname(fileURLToPath(import.meta.url)), '..');

const SETTINGS: [string, string][] = [
  ['PORT', 'Port to serve on. Default: 4000.'],
  ['HOST', 'Address to serve on. Default: 127.0.0.1, this machine alone; 0.0.0.0 for all addresses.'],
  ['DATABASE_URL', 'PostgreSQL 15 to 18, as postgres://user:password@host:5432/name. Default: one of our own.'],
  ['HANDOFF_DATA', "Folder for the embedded PostgreSQL and generated secrets. Default: data, in the project's folder."],
  [
    'HANDOFF_SECRET',
    'What stored secrets are encrypted with, 32 characters or more. Needed with DATABASE_URL; else made.',
  ],
  ['HANDOFF_API_KEY', 'An API key with every scope on the default workspace. Default: made at the first start.'],
  ['HANDOFF_PUBLIC_URL', 'Where others reach Handoff, for links. Default: http:// and HOST and PORT.'],
  [
    'HANDOFF_TRUST_PROXY',
    'Whose X-Forwarded-For counts: addresses or ranges, or a number of proxies. Default: nobody.',
  ],
  ['HANDOFF_EGRESS_ALLOW', 'Private address ranges that webhooks may call, as 10.1.0.0/16,fd00::/8. Default: none.'],
  [
    'HANDOFF_EGRESS_PROXY',
    'Proxy for everything sent, as http://user:password@proxy.example:3128 or https://. Default: none.',
  ],
  [
    'HANDOFF_EGRESS_ADDRESSES',
    'Addresses that receivers see Handoff come from, for their allow-lists, as 203.0.113.7,2001:db8::/64. Shown only.',
  ],
  ['HANDOFF_LOG', `How much is logged: ${LEVELS.join(', ')}. Default: info.`],
  ['HANDOFF_FOLLOW_PARENT', '1: stop when the process that started this one is gone; "npm start" does. Default: 0.'],
];
const SECRET_SETTINGS = ['DATABASE_URL', 'HANDOFF_SECRET', 'HANDOFF_API_KEY', 'HANDOFF_EGRESS_PROXY'];

/** Whether the arguments ask for the settings to be printed instead of a start. */
export function asksForHelp(argv: readonly string[]): boolean {
  return argv.includes('--help') || argv.includes('-h');
}

/** What `--help` prints. */
export function helpText(): string {
  const width = Math.max(...SETTINGS.map(([name]) => name.length)) + 2;
  const lines = SETTINGS.map(([name, meaning]) => `  ${name.padEnd(width)}${meaning}`);
  return `Usage: npm start -- [--roles api,engine,delivery] [--help]

  --roles   What this process does, on a database it shares with others. Default: all of it.
  --help    Prints this.

Settings are environment variables:
${lines.join('\n')}

${SECRET_SETTINGS.join(', ')} can also be read from a file: put its path into the name with _FILE added.
`;
}

/** Reads the environment and the arguments (without node and program). Throws a SettingError. */
export function readConfig(env: Record<string, string | undefined>, argv: readonly string[]): Config {
  const text = (name: string) => (env[name] ?? '').trim() || null;
  const secretText = (name: string) => {
    const file = text(`${name}_FILE`);
    if (file === null) return text(name);
    if (text(name) !== null) throw new SettingError(`${name} and ${name}_FILE are both set; set one of them.`);
    try {
      return readFileSync(file, 'utf8').trim() || null;
    } catch (error) {
      throw new SettingError(`${name}_FILE names ${file}, which can't be read (${(error as Error).message}).`);
    }
  };
  const roles = readArguments(argv);
  const port = readPort(text('PORT'));
  const host = text('HOST') ?? '127.0.0.1';
  if (!isIP(host) && !/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(host)) {
    throw new SettingError(`HOST is "${host}", which is neither an address nor a name; write one as 127.0.0.1.`);
  }
  const databaseUrl = secretText('DATABASE_URL');
  const secret = secretText('HANDOFF_SECRET');
  if (secret === null && databaseUrl !== null) {
    throw new SettingError(
      'HANDOFF_SECRET must be set together with DATABASE_URL: every process on the database needs the same one (32 characters or more, for instance from "openssl rand -base64 32").',
    );
  }
  if (secret !== null && secret.length < SECRET_LENGTH) {
    throw new SettingError(`HANDOFF_SECRET has ${secret.length} characters; it needs ${SECRET_LENGTH} or more.`);
  }
  const apiKey = secretText('HANDOFF_API_KEY');
  if (apiKey !== null && (apiKey.length < KEY_LENGTH || !/^[\x21-\x39\x3b-\x7e]+$/.test(apiKey))) {
    throw new SettingError(
      `HANDOFF_API_KEY needs ${KEY_LENGTH} characters or more, of ASCII without spaces and colons (clients send it as a user name).`,
    );
  }
  const level = text('HANDOFF_LOG') ?? 'info';
  if (!LEVELS.includes(level)) throw new SettingError(`HANDOFF_LOG is "${level}"; it can be ${LEVELS.join(', ')}.`);
  if (databaseUrl === null && roles.length < ROLES.length) {
    throw new SettingError(
      '--roles is for processes that share a database: set DATABASE_URL, or leave --roles out to run all of it.',
    );
  }
  return {
    port,
    host,
    databaseUrl,
    forbidden: databaseUrl === null ? [] : readDatabase(databaseUrl),
    dataFolder: resolve(project, text('HANDOFF_DATA') ?? 'data'),
    secret,
    apiKey,
    publicUrl: readPublicUrl(text('HANDOFF_PUBLIC_URL')) ?? `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    trustProxy: readTrust(text('HANDOFF_TRUST_PROXY')),
    egressAllow: list(text('HANDOFF_EGRESS_ALLOW')).map((range) => checkRange('HANDOFF_EGRESS_ALLOW', range)),
    egressProxy: readProxy(secretText('HANDOFF_EGRESS_PROXY')),
    egressAddresses: list(text('HANDOFF_EGRESS_ADDRESSES')).map((range) =>
      checkRange('HANDOFF_EGRESS_ADDRESSES', range),
    ),
    logLevel: level,
    roles,
    followParent: readSwitch('HANDOFF_FOLLOW_PARENT', text) ?? env.npm_lifecycle_event !== undefined,
  };
}

function readArguments(argv: readonly string[]): Role[] {
  let roles: Role[] = [...ROLES];
  for (let i = 0; i < argv.length; i++) {
    const argument = argv[i]!;
    if (argument === '--roles' || argument.startsWith('--roles=')) {
      const named = list(argument === '--roles' ? (argv[++i] ?? '') : argument.slice('--roles='.length));
      const wrong = named.find((name) => !(ROLES as readonly string[]).includes(name));
      if (wrong !== undefined || named.length === 0) {
        throw new SettingError(`--roles wants some of ${ROLES.join(',')}${wrong ? `, not "${wrong}"` : ''}.`);
      }
      roles = ROLES.filter((role) => named.includes(role));
    } else throw new SettingError(`"${argument}" is no option of Handoff; --help lists them.`);
  }
  return roles;
}

function readPort(text: string | null): number {
  const port = text === null ? 4000 : /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) throw new SettingError(`PORT is "${text}"; it must be a number from 1 to 65535.`);
  return port;
}

function readDatabase(text: string): { host: string; port: number }[] {
  const url = URL.parse(text);
  if (!url || !/^postgres(ql)?:$/.test(url.protocol)) {
    throw new SettingError('DATABASE_URL must look like postgres://user:password@host:5432/name.');
  }
  const host = url.searchParams.get('host') ?? decodeURIComponent(url.hostname);
  if (host.startsWith('/')) return []; // a socket's folder, which no webhook can reach
  return [{ host: host.replace(/^\[|\]$/g, '') || 'localhost', port: Number(url.port || 5432) }];
}

function readPublicUrl(text: string | null): string | null {
  if (text === null) return null;
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol) || url.search || url.hash || url.username || url.password) {
    throw new SettingError(`HANDOFF_PUBLIC_URL is "${text}"; it must look like https://handoff.example.com.`);
  }
  return url.href.replace(/\/+$/, '');
}

function readTrust(text: string | null): false | number | string[] {
  if (text === null) return false;
  if (/^\d{1,2}$/.test(text)) return Number(text) || false;
  return list(text).map((range) => checkRange('HANDOFF_TRUST_PROXY', range));
}

function checkRange(name: string, range: string): string {
  try {
    parseCidr(range);
    return range;
  } catch (error) {
    throw new SettingError(`${name} can't be read: ${(error as Error).message}.`);
  }
}

function readProxy(text: string | null): EgressProxy | null {
  if (text === null) return null;
  try {
    return parseProxy(text);
  } catch (error) {
    throw new SettingError(`HANDOFF_EGRESS_PROXY can't be read: ${(error as Error).message}.`);
  }
}

function readSwitch(name: string, text: (name: string) => string | null): boolean | null {
  const value = text(name);
  if (value === null) return null;
  if (value !== '0' && value !== '1') throw new SettingError(`${name} is "${value}"; it can be 0 or 1.`);
  return value === '1';
}

function list(text: string | null): string[] {
  return (text ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
