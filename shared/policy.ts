import { z } from 'zod';

/** A throughput policy: how many requests may be open at a time, how many may begin in a span, or both. */
export const throughputPolicy = z
  .strictObject({
    name: z.string().trim().min(1).max(200),
    concurrency: z
      .number()
      .int()
      .min(1)
      .max(10_000)
      .nullable()
      .default(null)
      .meta({ description: 'Requests open at a time' }),
    rate: z
      .number()
      .int()
      .min(1)
      .max(10_000_000)
      .nullable()
      .default(null)
      .meta({ description: 'Requests begun in any span of `per`' }),
    per: z.enum(['second', 'minute', 'hour', 'day']).nullable().default(null),
  })
  .refine((given) => given.concurrency !== null || given.rate !== null, {
    path: ['rate'],
    message: 'or concurrency is needed: a policy limits one of them, or both',
  })
  .refine((given) => (given.rate === null) === (given.per === null), {
    path: ['per'],
    message: 'and rate belong together',
  });
export type ThroughputPolicy = z.infer<typeof throughputPolicy>;
