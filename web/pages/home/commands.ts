/** A way to send a first event: its name, and the command with the server's address and a write key. */
export interface Command {
  name: string;
  of: (origin: string, key: string) => string;
}

const EVENT = `{ userId: 'ada', event: 'Order Completed', properties: { order_id: 1, total: 12.5 } }`;
const how = (library: string) => `// send.mjs: npm install ${library}, then node send.mjs`;

/** curl, and the public client libraries as they are. */
export const COMMANDS: readonly Command[] = [
  {
    name: 'curl',
    of: (origin, key) => `curl -u ${key}: ${origin}/v1/track \\
  -H 'content-type: application/json' \\
  -d '{"userId":"ada","event":"Order Completed","properties":{"order_id":1,"total":12.5}}'`,
  },
  {
    name: 'Segment',
    of: (origin, key) => `${how('@segment/analytics-node')}
import { Analytics } from '@segment/analytics-node';
const analytics = new Analytics({ writeKey: '${key}', host: '${origin}' });
analytics.track(${EVENT});
await analytics.closeAndFlush();`,
  },
  {
    name: 'RudderStack',
    of: (origin, key) => `${how('@rudderstack/rudder-sdk-node')}
import Analytics from '@rudderstack/rudder-sdk-node';
const analytics = new Analytics('${key}', { dataPlaneUrl: '${origin}' });
analytics.track(${EVENT});
await analytics.flush();`,
  },
  {
    name: 'Customer.io',
    of: (origin, key) => `${how('@customerio/cdp-analytics-node')}
import { Analytics } from '@customerio/cdp-analytics-node';
const analytics = new Analytics({ writeKey: '${key}', host: '${origin}' });
analytics.track(${EVENT});
await analytics.closeAndFlush();`,
  },
];
