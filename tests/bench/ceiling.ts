// The ceiling: Fastify in, undici out, no storage at all, and the same bytes out as the bench's webhook sends: its body of
// 12 fields, its id, key and signature. Ports of itself and of the receiver in argv.
import { createHmac, createSecretKey, randomBytes, randomUUID } from 'node:crypto';
import Fastify from 'fastify';
import { Pool } from 'undici';

const receiver = new Pool(`http://127.0.0.1:${process.argv[3]}`, { connections: 32 });
const app = Fastify();
const key = createSecretKey(randomBytes(32));

interface Event {
  userId: string;
  properties: { order_id: number; note: string; total: number };
}

async function forward({ userId, properties }: Event): Promise<void> {
  const user = Number(userId.slice(1));
  const fields = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`f${i}`, `value ${user * (i + 1)}`]));
  const body = JSON.stringify({
    order: properties.order_id,
    note: properties.note,
    total: properties.total,
    ...fields,
  });
  const id = randomUUID().replaceAll('-', '');
  const at = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', key).update(`msg_${id}.${at}.${body}`).digest('base64');
  const answer = await receiver.request({
    method: 'POST',
    path: '/hook',
    headers: {
      'content-type': 'application/json',
      'webhook-id': `msg_${id}`,
      'Idempotency-Key': `dlv_${id}`,
      'webhook-timestamp': at,
      'webhook-signature': `v1,${signature}`,
    },
    body,
  });
  await answer.body.text();
}

app.post('/v1/track', async (request) => {
  void forward(request.body as Event);
  return { ok: true };
});
app.post('/v1/batch', async (request) => {
  for (const event of (request.body as { batch: Event[] }).batch) void forward(event);
  return { ok: true };
});
await app.listen({ port: Number(process.argv[2]), host: '127.0.0.1' });
