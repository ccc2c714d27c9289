/** What the gateway and the web's door need of the registry: who is there, and to be known themselves. */
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MatchersV3 } from '@pact-foundation/pact';
import { expect, test } from 'vitest';
import { consumerContract } from '../../../harness/contracts/index.ts';
import { systemClock, waitFor } from '../../../harness/core/index.ts';
import { discover } from '../../../services-under-test/kit/discovery.ts';
import { createLog } from '../../../services-under-test/kit/log.ts';
import { register } from '../../../services-under-test/kit/registration.ts';
import { fromState } from './expected.ts';

const { eachLike, integer, regex, string } = MatchersV3;

const gateway = consumerContract(import.meta.url, 'gateway', 'registry');
const web = consumerContract(import.meta.url, 'bff-web', 'registry');
const log = createLog('gateway');

const SERVICE = 'bff-web';
const INSTANCE = { id: 'bff-web-1', address: '127.0.0.1:4000' };
const REGISTERED = { name: 'an instance is registered', params: { id: INSTANCE.id } };
/** Said in so many words, for the verifier would else send an empty body of no type, in chunks. */
const NO_BODY = { 'content-length': '0' };
const instances = fromState(`/services/$\{service}/instances`, `/services/${SERVICE}/instances`);
const place = (rest: string) =>
  fromState(`/services/$\{service}/instances${rest}`, `/services/${SERVICE}/instances${rest}`);

/** Runs `work` with an address in front of `url`, and what was answered there so far, as `PUT /path 204`. */
async function answered(url: string, work: (address: string, answers: readonly string[]) => Promise<void>) {
  const answers: string[] = [];
  const between = createServer((asked, reply) => {
    const { method, url: path, headers } = asked;
    const onward = request(`${url}${path}`, { method, headers }, (answer) => {
      answers.push(`${method} ${path} ${answer.statusCode}`);
      reply.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(reply);
    });
    onward.on('error', () => reply.destroy());
    asked.pipe(onward);
  });
  await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve));
  const { port } = between.address() as AddressInfo;
  await work(`http://127.0.0.1:${port}`, answers).finally(() => {
    between.closeAllConnections();
    between.close();
  });
}

function heard(answers: readonly string[], ...wanted: readonly string[]): Promise<unknown> {
  return waitFor(() => wanted.every((one) => answers.includes(one)) || undefined, {
    what: `answers to ${wanted.join(' and ')}`,
    deadlineMs: 5_000,
    clock: systemClock,
    lastSeen: () => answers.join(', '),
  });
}

test('who is there, and a question that waits for news of it', async () => {
  const listing = {
    version: integer(1),
    instances: eachLike({ id: string(INSTANCE.id), address: regex('^[^:]+:\\d+$', INSTANCE.address) }),
  };
  gateway
    .http('list the instances', REGISTERED)
    .withRequest('GET', instances)
    .willRespondWith(200, (reply) => reply.jsonBody(listing));
  await gateway
    .http('wait for news of the instances', REGISTERED)
    .withRequest('GET', instances, (asked) => asked.query({ after: fromState(`$\{before}`, '1'), waitMs: '5000' }))
    .willRespondWith(200, (reply) => reply.jsonBody(listing))
    .executeTest(({ url }) =>
      answered(url, async (address, answers) => {
        const discovery = discover({ registry: address, service: SERVICE, log });
        await heard(
          answers,
          `GET /services/${SERVICE}/instances 200`,
          `GET /services/${SERVICE}/instances?after=1&waitMs=5000 200`,
        );
        expect(discovery.instances()).toEqual([{ id: INSTANCE.id, origin: `http://${INSTANCE.address}` }]);
        await discovery.end();
      }),
    );
});

test('an instance registers, says that it is alive, and leaves', async () => {
  web
    .http('register', 'nobody is registered')
    .withRequest('POST', instances, (asked) => asked.jsonBody(INSTANCE))
    .willRespondWith(201);
  web
    .http('say that it is alive', REGISTERED)
    .withRequest('PUT', place(`/${INSTANCE.id}/heartbeat`), (asked) => asked.headers(NO_BODY))
    .willRespondWith(204);
  await web
    .http('leave', REGISTERED)
    .withRequest('DELETE', place(`/${INSTANCE.id}`))
    .willRespondWith(204)
    .executeTest(({ url }) =>
      answered(url, async (address, answers) => {
        const registration = register({ registry: address, service: SERVICE, ...INSTANCE, heartbeatMs: 10, log });
        await heard(answers, `PUT /services/${SERVICE}/instances/${INSTANCE.id}/heartbeat 204`);
        await registration.end();
        expect(answers.at(-1)).toBe(`DELETE /services/${SERVICE}/instances/${INSTANCE.id} 204`);
      }),
    );
});

test('an instance that was forgotten is told so, and registers again', async () => {
  web
    .http('register after it was forgotten', 'nobody is registered')
    .withRequest('POST', instances, (asked) => asked.jsonBody(INSTANCE))
    .willRespondWith(201);
  web
    .http('say that it is alive when it was forgotten', 'nobody is registered')
    .withRequest('PUT', place(`/${INSTANCE.id}/heartbeat`), (asked) => asked.headers(NO_BODY))
    .willRespondWith(404);
  await web
    .http('leave when it was forgotten', 'nobody is registered')
    .withRequest('DELETE', place(`/${INSTANCE.id}`))
    .willRespondWith(404)
    .executeTest(({ url }) =>
      answered(url, async (address, answers) => {
        const registration = register({ registry: address, service: SERVICE, ...INSTANCE, heartbeatMs: 10, log });
        const registered = `POST /services/${SERVICE}/instances 201`;
        await waitFor(() => answers.filter((one) => one === registered).length > 1 || undefined, {
          what: 'a second registration',
          deadlineMs: 5_000,
          clock: systemClock,
        });
        await registration.end();
      }),
    );
});
