// The ceiling: Fastify in, undici out, no storage at all. Ports of itself and of the receiver in argv.
import { createHmac } from 'node:crypto';
import Fastify from 'fastify';
import { Pool } from 'undici';

const receiver = new Pool(`http://127.0.0.1:${process.argv[3]}`, { connections: 32 });
const app = Fastify();

async function forward(event: { userId: string; properties: { order_id: number; note: string } }): Promise<void> {
  const body = JSON.stringify({
    email: `${event.userId}@x.com`,
    order: event.properties.order_id,
    note: event.properties.note,
  });
  const signature = createHmac('sha256', 'k').update(body).digest('hex');
  const answer = await receiver.request({
    method: 'POST',
    path: '/hook',
    headers: { 'content-type': 'application/json', 'x-sig': signature },
    body,
  });
  await answer.body.text();
}

app.post('/v1/track', async (request) => {
  void forward(request.body as Parameters<typeof forward>[0]);
  return { ok: true };
});
app.post('/v1/batch', async (request) => {
  for (const event of (request.body as { batch: Parameters<typeof forward>[0][] }).batch) void forward(event);
  return { ok: true };
});
await app.listen({ port: Number(process.argv[2]), host: '127.0.0.1' });
