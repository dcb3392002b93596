import { z } from 'zod';
import { headerName } from './webhook.ts';

/** A secret value. Null in a change: the stored one is kept; in an answer: there is one, and it isn't shown. */
const secret = z
  .string()
  .max(8192)
  .refine((value) => !/[\r\n\0]/.test(value), 'must not hold a line break')
  .nullable();

/** User name and password; the name too is kept as a secret, since some APIs have their key there. */
export const basicAuth = z.strictObject({
  kind: z.literal('basic'),
  username: secret.refine((value) => !value?.includes(':'), 'must not hold a colon'),
  password: secret,
});
export const bearerAuth = z.strictObject({ kind: z.literal('bearer'), token: secret });
/** A key in a header, or in the query, under a name. */
export const keyAuth = z.strictObject({
  kind: z.literal('api_key'),
  in: z.enum(['header', 'query']).default('header'),
  name: z.string().min(1).max(100),
  value: secret,
});
/** Headers of one's own; the value of a public one is shown. */
export const headersAuth = z.strictObject({
  kind: z.literal('headers'),
  headers: z
    .array(z.strictObject({ name: headerName, value: secret, secret: z.boolean().default(true) }))
    .min(1)
    .max(20),
});

/** As whom requests are sent. */
export const credentialAuth = z.discriminatedUnion('kind', [basicAuth, bearerAuth, keyAuth, headersAuth]);
export type CredentialAuth = z.infer<typeof credentialAuth>;
