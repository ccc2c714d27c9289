/** The environment in which the harness and all that it starts run. Plain JavaScript, for Node 18 and newer. */
import { join } from 'node:path';

const PROXIES = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'all_proxy'];

/**
 * No tracking, no proxies: the contract verifier would send loopback traffic through them whatever NO_PROXY says.
 * They are put aside in FAULTLINE_PROXIES, from where set-up gives them to the programs that download.
 */
export function childEnvironment(root, outer) {
  const environment = { ...outer };
  const proxies = JSON.parse(outer.FAULTLINE_PROXIES ?? '{}');
  for (const name of PROXIES) {
    if (environment[name] !== undefined) proxies[name] = environment[name];
    delete environment[name];
  }
  if (Object.keys(proxies).length > 0) environment.FAULTLINE_PROXIES = JSON.stringify(proxies);
  environment.PACT_DO_NOT_TRACK = '1';
  environment.SCARF_ANALYTICS = 'false';
  environment.NODE_COMPILE_CACHE ??= join(root, 'node_modules', '.cache', 'faultline-compile');
  return environment;
}
