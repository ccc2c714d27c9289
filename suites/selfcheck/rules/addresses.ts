/** Nothing that names the machine it was written on, or a package registry: both belong to the environment. */
import type { ProjectFile, Violation } from '../project-files.ts';

/** Folders below which people and machines keep their work. */
const MACHINE_PATH = /(?<![\w.~}/-])\/(?:home|Users|root|work|workspace|mnt)\/[\w.-]+/;
const REGISTRY =
  /https?:\/\/[^/\s'"`)]*(?:registry|artifactory|nexus|maven|goproxy|proxy\.golang|pypi|npmjs|npmmirror|yarnpkg)[^/\s'"`)]*/i;
/** The name of an XML namespace: it is never fetched. */
const NAMESPACES = ['http://maven.apache.org/POM/4.0.0', 'http://maven.apache.org'];
/** The shop's own registry of instances, as deployed: it holds no packages. */
const OF_INSTANCES = 'http://registry:8080';

export function addressViolations(files: readonly ProjectFile[]): Violation[] {
  return files.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, index) => {
      const machine = MACHINE_PATH.exec(line)?.[0];
      const registry = REGISTRY.exec(line)?.[0];
      const found: Violation[] = [];
      if (machine !== undefined)
        found.push({ path, line: index + 1, problem: `names a path of one machine: ${machine}` });
      if (registry !== undefined && registry !== OF_INSTANCES && !NAMESPACES.includes(registry)) {
        found.push({ path, line: index + 1, problem: `names a registry: ${registry}` });
      }
      return found;
    }),
  );
}
