import { isIP, isIPv4 } from 'node:net';

/** An IP address as a number. IPv4-mapped IPv6 addresses are IPv4 here, since the system connects them as such. */
export interface Address {
  family: 4 | 6;
  value: bigint;
}

/** A range of addresses: all whose first `bits` bits are those of `base`. */
export interface Cidr extends Address {
  bits: number;
}

const MAPPED = 0xffffn;

/** Reads an IP address in text form (zone ids are dropped), or null when it is none. */
export function parseAddress(text: string): Address | null {
  const zone = text.indexOf('%');
  const bare = zone === -1 ? text : text.slice(0, zone);
  const family = isIP(bare);
  if (family === 0) return null;
  if (family === 4) return { family: 4, value: v4(bare) };
  const value = v6(bare);
  return value >> 32n === MAPPED ? { family: 4, value: value & 0xffffffffn } : { family: 6, value };
}

/**
 * Reads a range such as `10.0.0.0/8` or `fd00::/8`; a bare address is a range of one. Throws a RangeError whose message
 * is a sentence for the person who wrote it.
 */
export function parseCidr(text: string): Cidr {
  const [host = '', length, ...rest] = text.trim().split('/');
  const address = host.includes('%') ? null : parseAddress(host);
  const written = isIPv4(host) ? 32 : 128;
  const bits = length === undefined ? written : /^\d{1,3}$/.test(length) ? Number(length) : -1;
  if (!address || rest.length > 0 || bits < 0 || bits > written)
    throw new RangeError(`"${text}" is no address range; write one as 10.0.0.0/8, 192.168.1.7 or fd00::/8`);
  if (address.family === 4 && written === 128) {
    if (bits < 96) throw new RangeError(`"${text}" mixes IPv4 and IPv6; write the IPv4 range by itself`);
    return range(address, bits - 96);
  }
  return range(address, bits);
}

/** Whether an address lies in a range. */
export function contains(cidr: Cidr, address: Address): boolean {
  if (cidr.family !== address.family) return false;
  const shift = BigInt((cidr.family === 4 ? 32 : 128) - cidr.bits);
  return address.value >> shift === cidr.value >> shift;
}

function range(address: Address, bits: number): Cidr {
  return { ...address, bits };
}

function v4(text: string): bigint {
  return BigInt(text.split('.').reduce((n, part) => n * 256 + Number(part), 0));
}

function v6(text: string): bigint {
  const dotted = text.lastIndexOf(':') + 1;
  let hex = text;
  if (text.includes('.')) {
    const low = v4(text.slice(dotted));
    hex = `${text.slice(0, dotted)}${(low >> 16n).toString(16)}:${(low & 0xffffn).toString(16)}`;
  }
  const [head = '', tail] = hex.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups = [
    ...left,
    ...Array<string>(tail === undefined ? 0 : 8 - left.length - right.length).fill('0'),
    ...right,
  ];
  return groups.reduce((n, group) => (n << 16n) | BigInt(`0x${group}`), 0n);
}
