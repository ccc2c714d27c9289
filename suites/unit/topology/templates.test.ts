/** Templates: what each stands for. */
import { expect, test } from 'vitest';
import { fillTemplates, type TemplateContext } from '../../../harness/topology/index.ts';

const context: TemplateContext = {
  name: 'order',
  port: 4000,
  self: '127.0.0.1:4000',
  node: '/bin/node',
  root: '/project',
  run: 'abc',
  certificate: '/c.pem',
  key: '/k.pem',
  extraPorts: { admin: 4001 },
  beside: (port) => (port === undefined ? '127.0.0.1:6000' : '127.0.0.1:6001'),
  address: () => ({ host: '127.0.0.1', port: 5000 }),
  url: (callee) => `http://127.0.0.1:5000/${callee}`,
};

test.each([
  ['port', '4000'],
  ['self', '127.0.0.1:4000'],
  ['name', 'order'],
  ['node', '/bin/node'],
  ['root', '/project'],
  ['run', 'abc'],
  ['certificate', '/c.pem'],
  ['key', '/k.pem'],
  ['port.admin', '4001'],
  ['beside', '127.0.0.1:6000'],
  ['beside.grpc', '127.0.0.1:6001'],
  ['addr:psp', '127.0.0.1:5000'],
  ['host:psp', '127.0.0.1'],
  ['port:psp', '5000'],
  ['url:psp', 'http://127.0.0.1:5000/psp'],
])('%s stands for %s', (template, value) => {
  expect(fillTemplates(`<$\{${template}}>`, context)).toBe(`<${value}>`);
});

test('text without templates is left as it is, a lone dollar included', () => {
  expect(fillTemplates('cost: $5 {port}', context)).toBe('cost: $5 {port}');
});

test('an unknown template is refused with the forms there are', () => {
  expect(() => fillTemplates('$' + '{prot}', context)).toThrowError(
    expect.objectContaining({ code: 'bad-topology', hint: expect.stringContaining('port:CALLEE') }),
  );
});
