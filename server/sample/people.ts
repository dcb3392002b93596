const PEOPLE = [
  ['Ada', 'Lisbon', 'pro'],
  ['Bram', 'Utrecht', 'free'],
  ['Chidi', 'Lagos', 'team'],
  ['Dalia', 'Cairo', 'pro'],
  ['Emre', 'Izmir', 'free'],
  ['Freja', 'Aarhus', 'team'],
  ['Goran', 'Split', 'free'],
  ['Hana', 'Osaka', 'pro'],
  ['Imani', 'Nairobi', 'team'],
  ['Jonas', 'Leipzig', 'free'],
  ['Keiko', 'Sapporo', 'pro'],
  ['Luca', 'Turin', 'free'],
  ['Maren', 'Bergen', 'team'],
  ['Nuno', 'Porto', 'free'],
  ['Oksana', 'Lviv', 'pro'],
  ['Pilar', 'Sevilla', 'free'],
  ['Quentin', 'Lyon', 'team'],
  ['Rana', 'Amman', 'pro'],
  ['Sören', 'Malmö', 'free'],
  ['Tamar', 'Haifa', 'pro'],
  ['Umar', 'Lahore', 'team'],
  ['Vera', 'Brno', 'free'],
  ['Wanja', 'Basel', 'pro'],
  ['Ximena', 'Quito', 'free'],
] as const;

/** The event that starts the sample scenario. */
export const SAMPLE_EVENT = 'Sample order placed';

/** How many profiles there are, and how many events of them. */
export const SAMPLE_PEOPLE = PEOPLE.length;

/** The user ids of one load; `tag` tells its people from those of another. */
export const userIds = (tag: string) => PEOPLE.map((_, i) => `sample-${tag}-${String(i + 1).padStart(2, '0')}`);

/** What is sent through the door: everybody says who they are, then everybody orders once. `at` in ms. */
export function messages(tag: string, at: number): object[] {
  const ids = userIds(tag);
  const timestamp = new Date(at).toISOString();
  const identify = PEOPLE.map(([name, city, plan], i) => ({
    type: 'identify',
    messageId: `${ids[i]}-identify`,
    userId: ids[i],
    timestamp,
    traits: {
      email: `${ids[i]}@customers.example`,
      first_name: name,
      sample: true,
      sample_city: city,
      sample_plan: plan,
    },
  }));
  const track = PEOPLE.map((_, i) => ({
    type: 'track',
    messageId: `${ids[i]}-order`,
    userId: ids[i],
    timestamp,
    event: SAMPLE_EVENT,
    properties: {
      order_id: `S-${1001 + i}`,
      total: 19 + ((i * 37) % 160) + 0.5,
      currency: 'EUR',
      items: [{ sku: `tea-${(i % 5) + 1}`, quantity: (i % 3) + 1 }],
    },
  }));
  return [...identify, ...track];
}
