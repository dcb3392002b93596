import { z } from 'zod';
import { type Route, route } from '../route.ts';

const UNKNOWN =
  'Handoff does not know from which addresses receivers see it. Ask whoever runs it to set HANDOFF_EGRESS_ADDRESSES to the addresses of its machines, of their gateway (NAT), or of the proxy that requests leave through, as 203.0.113.7,2001:db8::/64.';
const KNOWN = 'Receivers see requests come from these addresses, as whoever runs this installation has set.';

/** How requests leave this installation. */
export const egressRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/egress-addresses',
    scope: 'read',
    tag: 'Workspace',
    summary: 'Show the addresses that receivers see, for their allow-lists, and what this installation may call',
    answers: {
      200: {
        description: 'As set for the installation',
        schema: z.object({
          known: z.boolean().meta({ description: 'Whether the addresses have been set' }),
          addresses: z.array(z.string()).meta({ description: 'Addresses and ranges (CIDR)' }),
          note: z.string().meta({ description: 'What this means, and how to set it where it is not known' }),
          proxy: z
            .string()
            .nullable()
            .meta({ description: 'Host and port of the proxy that every request goes through' }),
          allow: z
            .array(z.string())
            .meta({ description: 'Private ranges that may be called besides public addresses' }),
        }),
      },
    },
    async handler({ parts }) {
      const { addresses, allow, proxy } = parts.leaving;
      const known = addresses.length > 0;
      return { body: { known, addresses, note: known ? KNOWN : UNKNOWN, proxy, allow } };
    },
  }),
];
