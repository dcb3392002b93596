// The arrows of the house (ARCHITECTURE.md): a room imports only rooms below it in this list, and through their index.ts.
// Every room may put facts into the inbox: that is how the loop closes.
const flow = ['ingest', 'inbox', 'engine', 'scenarios', 'profiles', 'delivery', 'rendering', 'responses', 'conditions'];
const rooms = [
  'api',
  'accounts',
  'sample',
  'portable',
  'gallery',
  'curl',
  ...flow.map((room) => `flow/${room}`),
  'webhooks',
  'notices',
  'inspector',
  'connections',
  'schema',
  'platform',
];
const path = (room) => `^server/${room}/`;

module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, path: '^(server|shared)/', pathNot: '\\.test\\.ts$|child\\.ts$' },
      to: {},
    },
    ...rooms.slice(1).map((room, i) => ({
      name: `down-only-${room.replace('/', '-')}`,
      comment: `${room} imports nothing that stands above it`,
      severity: 'error',
      from: { path: path(room), pathNot: '\\.test\\.ts$' },
      to: {
        path: rooms
          .slice(0, i + 1)
          .filter((above) => above !== 'flow/inbox')
          .map(path),
      },
    })),
    ...rooms.map((room) => ({
      name: `front-door-${room.replace('/', '-')}`,
      comment: `${room} is entered through its index.ts`,
      severity: 'error',
      from: { path: '^server/', pathNot: [path(room), '\\.test\\.ts$'] },
      to: {
        path: path(room),
        pathNot:
          room === 'platform' ? '^server/platform/([a-z-]+\\.ts|[a-z-]+/index\\.ts)$' : `${path(room)}index\\.ts$`,
      },
    })),
    {
      name: 'web-by-the-api',
      comment: 'The web application knows the server by its typed client alone; client.ts makes that client',
      severity: 'error',
      from: { path: '^web/', pathNot: '^web/client\\.ts$' },
      to: { path: '^(server|tests)/' },
    },
    { name: 'shared-alone', severity: 'error', from: { path: '^shared/' }, to: { path: '^(server|tests|web)/' } },
    {
      name: 'no-tests-in-product',
      severity: 'error',
      from: { path: '^(server|shared)/', pathNot: '\\.test\\.ts$' },
      to: { path: '^tests/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^web/data/api/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.mjs', '.js'] },
  },
};
