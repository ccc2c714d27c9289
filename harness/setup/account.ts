/** Postgres refuses to run as root: which user it runs as then, and where that user can reach its files. */
import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

const NOBODY: Account = { uid: 65534, gid: 65534 };

/** The account that Postgres runs as where we are root: `nobody`. Undefined where we are an ordinary user ourselves. */
export function postgresAccount(uid = process.getuid?.() ?? 1): Account | undefined {
  if (uid !== 0) return undefined;
  try {
    const line = readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .find((entry) => entry.startsWith('nobody:'));
    const [, , user, group] = line?.split(':') ?? [];
    return user === undefined || group === undefined ? NOBODY : { uid: Number(user), gid: Number(group) };
  } catch {
    return NOBODY;
  }
}

/** True when `account` may pass through `folder` and every folder above it (those that do not exist yet count as open). */
export function canReach(folder: string, account: Account): boolean {
  for (let path = folder; ; path = dirname(path)) {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat !== undefined) {
      const bit = stat.uid === account.uid ? 0o100 : stat.gid === account.gid ? 0o010 : 0o001;
      if ((stat.mode & bit) === 0) return false;
    }
    if (path === dirname(path)) return true;
  }
}

/** The cache for what that account must reach: the user's own where it can be reached, else a system folder that only root may write. */
export function reachableRoot(root: string, account: Account | undefined): string {
  return account === undefined || canReach(root, account) ? root : '/var/cache/faultline';
}
