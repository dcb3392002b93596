import { type Address, type Cidr, contains, parseAddress, parseCidr } from './address.ts';

/** Whether an address may be called, and why, as a sentence that begins with the address. */
export interface Verdict {
  allowed: boolean;
  sentence: string;
}

// IANA special-purpose registries (iana-ipv4-special-registry, iana-ipv6-special-registry), and addresses by which
// clouds serve credentials.
const V4: [string, string][] = [
  ['0.0.0.0/8', 'means this machine'],
  ['10.0.0.0/8', 'is private'],
  ['100.64.0.0/10', 'is shared by a carrier (CGNAT)'],
  ['127.0.0.0/8', 'is this machine (loopback)'],
  ['168.63.129.16/32', 'serves cloud metadata'],
  ['169.254.0.0/16', 'is link-local, where clouds serve metadata'],
  ['172.16.0.0/12', 'is private'],
  ['192.0.0.0/24', 'is reserved for protocols'],
  ['192.0.2.0/24', 'is for documentation'],
  ['192.88.99.0/24', 'is a 6to4 relay'],
  ['192.168.0.0/16', 'is private'],
  ['198.18.0.0/15', 'is for benchmarks'],
  ['198.51.100.0/24', 'is for documentation'],
  ['203.0.113.0/24', 'is for documentation'],
  ['224.0.0.0/4', 'is multicast'],
  ['240.0.0.0/4', 'is reserved'],
];
const V6: [string, string][] = [
  ['::/128', 'means this machine'],
  ['::1/128', 'is this machine (loopback)'],
  ['::/96', 'is an IPv4-compatible address, which is out of use'],
  ['64:ff9b:1::/48', 'is a local NAT64 address'],
  ['100::/64', 'is a discard address'],
  ['2001::/32', 'is a Teredo address, which hides another one'],
  ['2001::/23', 'is reserved for protocols'],
  ['2001:db8::/32', 'is for documentation'],
  ['2002::/16', 'is a 6to4 address, which hides another one'],
  ['3fff::/20', 'is for documentation'],
  ['fc00::/7', 'is private (unique local)'],
  ['fe80::/10', 'is link-local'],
  ['fec0::/10', 'is site-local'],
  ['ff00::/8', 'is multicast'],
];
const FORBIDDEN = [...V4, ...V6].map(([text, reason]) => ({ cidr: parseCidr(text), reason }));
const GLOBAL_UNICAST = parseCidr('2000::/3');
const NAT64 = parseCidr('64:ff9b::/96');

/**
 * Whether an address may be called: public ones may, and those in `allow` (ranges of this installation). The unspecified
 * address never may, since it reaches this machine whatever range allowed it. Text that is no address is refused: the
 * guard fails closed.
 */
export function addressVerdict(text: string, allow: readonly Cidr[] = []): Verdict {
  const address = parseAddress(text);
  if (!address) return { allowed: false, sentence: `${text} is no IP address` };
  const reason = refusal(address, allow);
  return reason === null
    ? { allowed: true, sentence: `${text} may be called` }
    : { allowed: false, sentence: `${text} ${reason}` };
}

function refusal(address: Address, allow: readonly Cidr[]): string | null {
  if (address.value === 0n) return 'means this machine';
  if (allow.some((cidr) => contains(cidr, address))) return null;
  const hit = FORBIDDEN.find(({ cidr }) => contains(cidr, address));
  if (hit) return hit.reason;
  if (address.family === 4) return null;
  const embedded = embeddedV4(address);
  if (embedded) return refusal(embedded, allow);
  return contains(GLOBAL_UNICAST, address) ? null : 'is reserved';
}

/** The IPv4 address to which a translator (NAT64, RFC 6052) or an ISATAP tunnel (RFC 5214) would carry packets. */
function embeddedV4(address: Address): Address | null {
  const interfaceId = (address.value >> 32n) & 0xffffffffn;
  if (contains(NAT64, address) || interfaceId === 0x5efen || interfaceId === 0x02005efen)
    return { family: 4, value: address.value & 0xffffffffn };
  return null;
}
