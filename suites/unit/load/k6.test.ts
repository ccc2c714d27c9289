/** Running k6: what its exit codes mean, how points come out, how it is stopped. Scripts stand for k6. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { waitFor } from '../../../harness/core/index.ts';
import { inspectScript, meaningOf, startK6 } from '../../../harness/load/k6.ts';
import type { LoadPoint } from '../../../harness/load/points.ts';
import { script, tempFolder } from '../setup/temp.ts';

const POINT = `{"metric":"http_req_duration","type":"Point","data":{"time":"2026-01-31T10:00:00Z","value":5,"tags":{"status":"200"}}}`;
const ERROR = `{"level":"error","msg":"what went\\n\\twrong","time":"2026-01-31T10:00:00Z"}`;

function k6(body: string) {
  const folder = tempFolder();
  return { k6: script(folder, 'k6', body), script: join(folder, 'scenario.ts'), environment: { FAULTLINE_RATE: '7' } };
}

test.each([
  [0, 'completed'],
  [99, 'thresholds'],
  [105, 'stopped'],
  [97, 'broken'],
  [104, 'broken'],
  [107, 'broken'],
  [109, 'broken'],
  [1, 'broken'],
  [137, 'broken'],
])('exit code %i is %s', (code, end) => {
  expect(meaningOf(code, undefined)).toMatchObject({ exitCode: code, end });
});

test('a broken run says why, in its own words or by its code', () => {
  expect(meaningOf(107, 'SyntaxError').said).toBe('SyntaxError');
  expect(meaningOf(110, undefined).said).toBe('it ended with 110');
  expect(meaningOf(137, undefined).said).toBe('it was ended by signal 9');
});

test('points come as they are written, whatever stands between them, and the last error is told', async () => {
  const points: LoadPoint[] = [];
  const run = startK6(
    k6(`echo '${POINT}'; echo noise; echo '${POINT}'; printf '%s\\n' '${ERROR}' >&2; exit 99`),
    (point) => {
      points.push(point);
    },
  );
  expect(await run.ended).toEqual({ exitCode: 99, end: 'thresholds', said: 'what went wrong' });
  expect(points).toHaveLength(2);
});

test('it is told what was asked, fetches no extension, opens no page and no port', async () => {
  const seen: string[] = [];
  const words = '$FAULTLINE_RATE $K6_AUTO_EXTENSION_RESOLUTION $K6_WEB_DASHBOARD_PORT $*';
  const body = `printf '%s\\n' "{\\"level\\":\\"error\\",\\"msg\\":\\"${words}\\"}" >&2; exit 110`;
  const run = startK6({ ...k6(body), segment: '0/2:1/2' }, () => undefined);
  seen.push((await run.ended).said ?? '');
  expect(seen[0]).toContain('7 false -1 run');
  expect(seen[0]).toContain('--address=');
  expect(seen[0]).toContain('--out=json');
  expect(seen[0]).toContain('--execution-segment=0/2:1/2');
});

test('asked to stop it ends in good order, and what it had is there', async () => {
  const points: LoadPoint[] = [];
  const run = startK6(k6(`trap 'exit 105' INT; echo '${POINT}'; while :; do sleep 0.05; done`), (point) => {
    points.push(point);
  });
  await waitFor(() => (points.length > 0 ? true : undefined), { what: 'the first point', deadlineMs: 5_000 });
  run.stop();
  expect(await run.ended).toMatchObject({ exitCode: 105, end: 'stopped' });
});

test('one that does not listen is killed', async () => {
  const points: LoadPoint[] = [];
  const run = startK6(k6(`trap '' INT; echo '${POINT}'; while :; do sleep 0.05; done`), (point) => {
    points.push(point);
  });
  await waitFor(() => (points.length > 0 ? true : undefined), { what: 'the first point', deadlineMs: 5_000 });
  run.stop(100);
  expect(await run.ended).toMatchObject({ end: 'broken' });
});

test('a scenario that k6 cannot load is one sentence with its words', async () => {
  const said = `{"level":"error","msg":"could not load: Line 1:31 Expected }"}`;
  await expect(inspectScript(k6(`echo '${said}' >&2; exit 107`))).rejects.toMatchObject({
    code: 'bad-config',
    message: expect.stringContaining('Line 1:31 Expected }'),
  });
  await expect(inspectScript(k6('exit 0'))).resolves.toBeUndefined();
});
