export { type Cidr, parseCidr } from './address.ts';
export { createEgress, type Egress, type EgressOptions } from './egress.ts';
export type { Exchange, ExchangeRequest } from './exchange.ts';
export type { Lookup } from './guard.ts';
export type { Inside, InsideAnswer } from './inside.ts';
export { type EgressProxy, parseProxy } from './proxy.ts';
export { CONNECTION_HEADERS } from './target.ts';
export type { Verdict } from './verdict.ts';
