/** The smallest real callee, in its own process: node:http, answers 201 once the body has come; prints its port. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const server = createServer((request, response) => {
  request.on('end', () => {
    response.writeHead(201, { 'content-type': 'application/json', 'content-length': 20 }).end('{"status":"pending"}');
  });
  request.resume();
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
process.stdin.resume().on('close', () => process.exit(0));
