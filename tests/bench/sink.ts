// A receiver that counts, and keeps when each order arrived: GET /stats, GET /times, POST /reset. Port in argv.
import { createServer } from 'node:http';

let arrived = 0;
let times = new Map<number, number>();
createServer((request, response) => {
  if (request.url === '/stats') return response.end(JSON.stringify({ n: arrived }));
  if (request.url === '/times') return response.end(JSON.stringify([...times]));
  if (request.url === '/reset') {
    arrived = 0;
    times = new Map();
    return response.end();
  }
  let body = '';
  request.on('data', (chunk) => {
    body += chunk;
  });
  request.on('end', () => {
    arrived++;
    const order = /"order":(\d+)/.exec(body)?.[1];
    if (order !== undefined && !times.has(Number(order))) times.set(Number(order), Date.now());
    response.setHeader('content-type', 'application/json');
    response.end('{"lead_id":"42","ok":true}');
  });
}).listen(Number(process.argv[2]), '127.0.0.1');
