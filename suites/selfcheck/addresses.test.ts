/** No file of the project names a machine's folder or a package registry. */
import { expect, test } from 'vitest';
import { projectFiles, shown } from './project-files.ts';
import { addressViolations } from './rules/addresses.ts';

test('no path of one machine and no registry stands in the project', () => {
  expect(shown(addressViolations(projectFiles))).toEqual([]);
});

const slash = '/';
test.each([
  `const folder = '${slash}home/somebody/project';`,
  `cd ${slash}work/main`,
  `"resolved": "https:${slash}/registry.example.org/x"`,
  `GOPROXY=https:${slash}/goproxy.example.org`,
])('the planted %s is caught', (text) => {
  expect(addressViolations([{ path: 'planted.txt', text }])).toHaveLength(1);
});

test.each([
  'GET /orders/home/x',
  '"$root/home/x"',
  'http://127.0.0.1:8080/root/x',
  'REGISTRY_URL: "http://registry:8080"',
  '<project xmlns="http://maven.apache.org/POM/4.0.0">',
])('%s is fine', (text) => {
  expect(addressViolations([{ path: 'fine.txt', text }])).toEqual([]);
});
