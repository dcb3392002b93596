import { lookup as systemLookup } from 'node:dns/promises';
import { isIP, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { buildConnector } from 'undici';
import { trouble } from '../errors.ts';
import { type Address, type Cidr, contains, parseAddress, parseCidr } from './address.ts';
import { EgressError, failureOf } from './failure.ts';
import { type EgressProxy, type ProxyLine, tunnel } from './proxy.ts';
import type { ProxyGate } from './proxy-gate.ts';
import { addressVerdict } from './verdict.ts';

/** Resolves a name to all its addresses. */
export type Lookup = (hostname: string) => Promise<{ address: string }[]>;

/** The connection that a client holds: the address it was last opened to, or tried at, and through which proxy. */
export interface Line extends ProxyLine {
  address: string | null;
}

export interface GuardOptions {
  allow: readonly Cidr[];
  forbidden: readonly { host: string; port: number }[];
  lookup: Lookup;
  connector: buildConnector.connector;
  /** Every connection goes through it, when there is one; what may be called is decided before. */
  proxy: { to: EgressProxy; connector: buildConnector.connector; gate: ProxyGate } | null;
}

/** Resolving, connecting and TLS together may take this long. */
const CONNECT_MS = 10_000;
/** While another address remains, one that stays silent is left after this long. */
const NEXT_ADDRESS_MS = 3_000;
const MAX_ADDRESSES = 4;
const LOOPBACK = [parseCidr('127.0.0.0/8'), parseCidr('::1')];

/** All addresses, in the order of the system's resolver. */
export const resolve: Lookup = (hostname) => systemLookup(hostname, { all: true, order: 'verbatim' });

/**
 * A connector for undici that resolves the name itself, keeps only permitted addresses, and connects to such an address
 * by number: what was checked is what is called, whatever the name says a moment later. The certificate is checked
 * against the name. Fails closed: when no address is permitted, or it can't be told whether one is our own database,
 * no socket is opened.
 */
export function guard(options: GuardOptions, line: Line): buildConnector.connector {
  return (target, callback) => {
    open(options, line, target).then(
      (socket) => callback(null, socket),
      // Always our own kind of error: undici would connect anew without end after errors that carry some of its codes.
      (error: Error) => callback(new EgressError(failureOf(error, target.hostname)), null),
    );
  };
}

async function open(options: GuardOptions, line: Line, target: buildConnector.Options): Promise<Socket> {
  const until = performance.now() + CONNECT_MS;
  const host = target.hostname;
  const literal = isIP(host) !== 0;
  const found = literal ? [host] : await within(CONNECT_MS, host, names(options.lookup(host)));
  const permitted = await permittedOf(options, host, target, found);
  const { proxy } = options;
  const connectors = proxy && { toProxy: proxy.connector, inside: options.connector };
  const connector = proxy ? tunnel(proxy.to, connectors!, proxy.gate, line) : options.connector;
  let failure: Error = new EgressError(trouble('retryable', 'dns', `The name ${host} has no address`));
  for (const [i, address] of permitted.entries()) {
    const left = until - performance.now();
    if (left <= 0) break;
    line.address = address;
    try {
      const patience = i < permitted.length - 1 ? Math.min(left, NEXT_ADDRESS_MS) : left;
      const servername = literal || target.protocol !== 'https:' ? '' : host;
      return await connect(connector, { ...target, hostname: address, servername }, host, patience);
    } catch (error) {
      failure = error as Error;
      // The proxy's own trouble is the same for every address.
      if (error instanceof EgressError && error.trouble.code.startsWith('proxy_')) break;
    }
  }
  throw failure;
}

async function permittedOf(options: GuardOptions, host: string, target: buildConnector.Options, found: string[]) {
  const port = Number(target.port || (target.protocol === 'https:' ? 443 : 80));
  const permitted: string[] = [];
  let sentence = '';
  for (const address of found) {
    const verdict = addressVerdict(address, options.allow);
    if (!verdict.allowed)
      sentence ||= `${verdict.sentence}. If this installation may call it, add it to HANDOFF_EGRESS_ALLOW`;
    else if (await isOwnDatabase(options, address, port))
      sentence ||= `${address} port ${port} is Handoff's own database, which is never called, whatever HANDOFF_EGRESS_ALLOW says`;
    else permitted.push(address);
  }
  if (permitted.length === 0 && sentence) {
    const where = found.includes(host) ? '' : ` (the address of ${host})`;
    throw new EgressError(
      trouble('permanent', 'forbidden_address', `Nothing was sent to ${host}${where}: ${sentence}`),
    );
  }
  return permitted.slice(0, MAX_ADDRESSES);
}

async function isOwnDatabase(options: GuardOptions, address: string, port: number): Promise<boolean> {
  const called = parseAddress(address)!;
  for (const own of options.forbidden) {
    if (own.port !== port) continue;
    let addresses: string[];
    try {
      addresses = isIP(own.host) ? [own.host] : await within(CONNECT_MS, own.host, names(options.lookup(own.host)));
    } catch {
      throw new EgressError(
        trouble(
          'ours',
          'database_name',
          `Handoff's own database ${own.host} can't be resolved, so port ${port} isn't called`,
        ),
      );
    }
    for (const text of addresses) {
      const database = parseAddress(text);
      if (!database || same(database, called) || (isThisMachine(database) && isThisMachine(called))) return true;
    }
  }
  return false;
}

/** A database on this machine may listen on every address of the machine. */
function isThisMachine(address: Address): boolean {
  if (address.value === 0n || LOOPBACK.some((cidr) => contains(cidr, address))) return true;
  for (const list of Object.values(networkInterfaces()))
    for (const entry of list ?? []) {
      const own = parseAddress(entry.address);
      if (own && same(own, address)) return true;
    }
  return false;
}

function same(a: Address, b: Address): boolean {
  return a.family === b.family && a.value === b.value;
}

async function names(answer: Promise<{ address: string }[]>): Promise<string[]> {
  return (await answer).map(({ address }) => address);
}

function within<T>(ms: number, host: string, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new EgressError(trouble('retryable', 'dns', `The name ${host} was not resolved within ${ms} ms`))),
      ms,
    );
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** Opens one socket, or gives up after `ms`; a socket that comes late is destroyed. */
function connect(
  connector: buildConnector.connector,
  target: buildConnector.Options,
  host: string,
  ms: number,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      pending?.destroy?.();
      reject(
        new EgressError(
          trouble('retryable', 'timeout', `${host} did not accept a connection within ${Math.round(ms)} ms`),
        ),
      );
    }, ms);
    const pending = connector(target, (error, socket) => {
      clearTimeout(timer);
      if (late) socket?.on('error', () => {}).destroy();
      else if (error) reject(error);
      else resolve(socket as Socket);
    }) as unknown as Socket | undefined;
  });
}
