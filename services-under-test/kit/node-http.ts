/**
 * Node's own HTTP, for clients and servers. An `import` of `node:http` reads every name that the module has, and two of its
 * names load the client of browsers (fetch, WebSocket): 10 MB in each process, which nothing here uses.
 */
export const { Agent, createServer, request } = process.getBuiltinModule('node:http');
