/** A service whose only port speaks TLS, as a process of its own. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';

const pem = (name: string) => readFileSync(process.env[name] ?? '');

createServer({ cert: pem('TLS_CERT'), key: pem('TLS_KEY') }, (asked, answer) => {
  answer.writeHead(asked.url === '/broken' ? 500 : 200, { 'content-type': 'application/json' });
  answer.end(JSON.stringify({ path: asked.url }));
}).listen(Number(process.env.PORT), '127.0.0.1');
