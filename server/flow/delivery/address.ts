const VIA = ' via ';

/** What an attempt spoke to, as it is recorded: the address, and the proxy where there was one. Null: nothing was. */
export function spokenTo({ address, proxy }: { address: string | null; proxy: string | null }): string | null {
  if (address === null) return null;
  return proxy === null ? address : address + VIA + proxy;
}

/** The parts of what spokenTo gives. */
export function partsOfSpokenTo(text: string | null): { address: string | null; proxy: string | null } {
  const [address = null, proxy = null] = text === null ? [] : text.split(VIA);
  return { address, proxy };
}
