import { connect, createServer, type Socket } from 'node:net';

/**
 * A TCP port of this machine whose connections go on to a Unix socket, and can be reset: both ends then hear what a
 * broken network tells them.
 */
export async function startRelay(socketPath: string) {
  const pairs = new Set<[Socket, Socket]>();
  let resets = 0;
  const server = createServer((near) => {
    const far = connect(socketPath);
    const pair: [Socket, Socket] = [near, far];
    pairs.add(pair);
    near.setNoDelay(true);
    near.pipe(far);
    far.pipe(near);
    for (const [one, other] of [pair, [far, near]] as const) {
      one.on('error', () => {});
      one.on('close', () => {
        pairs.delete(pair);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    port,
    resets: () => resets,
    /** Resets about this share (0 to 1) of the connections. */
    reset(share: number, random: () => number) {
      for (const [near, far] of [...pairs]) {
        if (random() >= share) continue;
        resets++;
        near.resetAndDestroy();
        far.destroy();
      }
    },
    close() {
      for (const [near, far] of pairs) {
        near.destroy();
        far.destroy();
      }
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
