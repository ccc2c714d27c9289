/** A callee that counts what it was asked, and the texts to ask it with. */
import type { IncomingMessage } from 'node:http';

/** A callee that remembers what it was asked and answers 201 with a number. */
export function counting() {
  const seen: string[] = [];
  const http = (request: IncomingMessage, response: import('node:http').ServerResponse) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece) => pieces.push(piece));
    request.on('end', () => {
      seen.push(`${request.method} ${request.url} ${Buffer.concat(pieces)}`);
      const answer = `answer ${seen.length}`;
      response.writeHead(201, { 'content-length': answer.length }).end(answer);
    });
  };
  return { seen, http };
}

export const post = (path: string, body = 'x', headers = '') =>
  `POST ${path} HTTP/1.1\r\nhost: order\r\n${headers}content-length: ${body.length}\r\n\r\n${body}`;
export const replies = (count: number) => (text: string) =>
  text.split('HTTP/1.1 ').length - 1 >= count && !text.endsWith('\r\n\r\n');
