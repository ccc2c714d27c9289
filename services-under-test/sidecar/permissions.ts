/** Which caller may use which route of the service: what is not allowed is refused. */
import type { Permission } from './config.ts';

/** `path` with or without a query. */
export function mayCall(allow: readonly Permission[], caller: string, method: string, path: string): boolean {
  const [plain = ''] = path.split('?', 1);
  return allow.some(({ from, routes }) => from === caller && routes.some((route) => fits(route, method, plain)));
}

function fits(route: string, method: string, path: string): boolean {
  if (route === '*') return true;
  const [wantedMethod = '', wantedPath = ''] = route.split(' ', 2);
  if (wantedMethod !== '*' && wantedMethod !== method) return false;
  return wantedPath.endsWith('*') ? path.startsWith(wantedPath.slice(0, -1)) : path === wantedPath;
}
