import { createServer, connect as dial, type Socket } from 'node:net';

/** A pooler in transaction mode before a PostgreSQL. */
export interface Pooler {
  port: number;
  /** How often a transaction got another connection to the server than the client's last one. */
  switches(): number;
  close(): Promise<void>;
}

type Message = { type: string; bytes: Buffer };
const READY = 'Z';
const NOTIFICATION = 'A';

/**
 * Starts a pooler that shares two connections to the server (a Unix socket at `path`) among all clients: a client gets one
 * when it says something, the other one than last time if that is free, and gives it back when the server is ready
 * outside a transaction. What the server says to nobody (a notification) is dropped, as poolers do. `refuses`: a start
 * with this parameter is refused, as PgBouncer does with those that it doesn't know.
 */
export async function startPooler(path: string, refuses: string | null = null): Promise<Pooler> {
  let switched = 0;
  const clients = new Set<Socket>();
  const servers: Server[] = [];
  const waiting: ((server: Server) => void)[] = [];
  const take = async (last: Server | null): Promise<Server> => {
    const free = servers.find((one) => !one.busy && one !== last) ?? servers.find((one) => !one.busy);
    const server = free ?? (await new Promise<Server>((resolve) => waiting.push(resolve)));
    server.busy = true;
    if (last && server !== last) switched++;
    return server;
  };
  const give = (server: Server) => {
    server.client = null;
    server.busy = false;
    waiting.shift()?.(server);
  };

  const listener = createServer((socket) => {
    clients.add(socket);
    let started = false;
    let kept: Buffer = Buffer.alloc(0);
    let server: Server | null = null;
    let last: Server | null = null;
    let asking: Promise<void> = Promise.resolve();
    const start = async (bytes: Buffer) => {
      const parameters = bytes.subarray(8).toString('latin1').split('\0');
      if (refuses !== null && parameters.includes(refuses)) {
        const text = `SERROR\0VERROR\0C08P01\0Munsupported startup parameter: ${refuses}\0\0`;
        socket.end(frame('E', Buffer.from(text)));
        return;
      }
      // The connections to the server begin as the first client's do.
      while (servers.length < 2) servers.push(await Server.open(path, bytes, give));
      socket.write(servers[0]!.greeting);
    };
    const pass = async (bytes: Buffer) => {
      server ??= await take(last);
      last = server;
      server.client = socket;
      server.released = () => {
        server = null;
      };
      server.socket.write(bytes);
    };
    socket.on('data', (data) => {
      kept = Buffer.concat([kept, data]);
      asking = asking.then(async () => {
        if (!started) {
          if (kept.length < 4 || kept.length < kept.readInt32BE(0)) return;
          started = true;
          const bytes = kept;
          kept = Buffer.alloc(0);
          return start(bytes);
        }
        const bytes = kept;
        kept = Buffer.alloc(0);
        if (bytes[0] === 0x58) socket.end();
        else if (bytes.length > 0) await pass(bytes);
      });
    });
    socket.on('error', () => {}).on('close', () => clients.delete(socket));
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  return {
    port: (listener.address() as { port: number }).port,
    switches: () => switched,
    async close() {
      for (const one of [...clients, ...servers.map(({ socket }) => socket)]) one.destroy();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}

/** A connection to the server. */
class Server {
  readonly socket: Socket;
  /** What it said up to its first readiness. */
  greeting: Buffer = Buffer.alloc(0);
  busy = false;
  client: Socket | null = null;
  released = () => {};
  #kept: Buffer = Buffer.alloc(0);

  private constructor(socket: Socket) {
    this.socket = socket;
  }

  static async open(path: string, start: Buffer, give: (server: Server) => void): Promise<Server> {
    const server = new Server(dial(path));
    server.socket.on('error', () => {});
    server.socket.write(start);
    await new Promise<void>((resolve) => {
      let greeted = false;
      server.socket.on('data', (data) => {
        for (const { type, bytes } of server.#messages(data)) {
          if (!greeted) {
            server.greeting = Buffer.concat([server.greeting, bytes]);
            greeted = type === READY;
            if (greeted) resolve();
            continue;
          }
          if (type === NOTIFICATION && server.client === null) continue;
          server.client?.write(bytes);
          // 'I': no transaction is open.
          if (type === READY && bytes[5] === 0x49) {
            server.released();
            give(server);
          }
        }
      });
    });
    return server;
  }

  #messages(data: Buffer): Message[] {
    this.#kept = Buffer.concat([this.#kept, data]);
    const found: Message[] = [];
    while (this.#kept.length >= 5 && this.#kept.length >= 1 + this.#kept.readInt32BE(1)) {
      const bytes = this.#kept.subarray(0, 1 + this.#kept.readInt32BE(1));
      this.#kept = this.#kept.subarray(bytes.length);
      found.push({ type: String.fromCharCode(bytes[0]!), bytes });
    }
    return found;
  }
}

function frame(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(type, 0, 'latin1');
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}
