const NAMED: Record<string, unknown> = {
  email: 'ada@example.com',
  phone: '+41445550100',
  name: 'Ada Lovelace',
  first_name: 'Ada',
  last_name: 'Lovelace',
};
const TYPED: Record<string, unknown> = {
  text: 'some text',
  number: 12.5,
  boolean: true,
  'date-time': '2026-01-31T12:00:00.000Z',
  list: ['one', 'two'],
  map: { key: 'value' },
};

/** Typed values for a trial, as JSON text: a customer with every attribute that is declared, and an event. */
export function sampleOf(attributes: readonly { name: string; type: string }[]): string {
  const declared = attributes.map(({ name, type }) => [name, NAMED[name] ?? TYPED[type] ?? 'some text']);
  const { email, name } = NAMED;
  const customer = { email, name, ...Object.fromEntries(declared) };
  const event = { name: 'Order Completed', properties: { order_id: 1, total: 12.5 } };
  return JSON.stringify({ customer, event }, null, 2);
}
