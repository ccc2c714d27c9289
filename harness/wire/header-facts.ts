/** What the headers of a request say beside the trace: for whom it is made, and how long its caller waits. Facts, not proofs. */

/** Gives the value of a header by its lower-case name. */
type HeaderOf = (name: string) => string | undefined;

/** Epoch ms at which the caller's caller stops waiting. gRPC has a header of its own. */
const DEADLINE_HEADER = 'x-deadline';
/** https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md: up to 8 digits and a unit. */
const GRPC_TIMEOUT = /^(\d{1,8})([HMSmun])$/;
const UNIT_MS: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1_000, m: 1, u: 1e-3, n: 1e-6 };
const BEARER = /^bearer\s+[\w-]+\.([\w-]+)\.[\w-]*$/i;

/** How many ms the callee is given from `at` (epoch ms) on, where the request says so. */
export function grantedMs(headerOf: HeaderOf, at: number): number | undefined {
  const [, digits, unit] = GRPC_TIMEOUT.exec(headerOf('grpc-timeout') ?? '') ?? [];
  if (digits !== undefined) return Number(digits) * (UNIT_MS[unit ?? ''] ?? 1);
  const deadline = headerOf(DEADLINE_HEADER);
  return deadline === undefined || !/^\d{10,14}(\.\d+)?$/.test(deadline) ? undefined : Number(deadline) - at;
}

/** For whom the request is made: `x-user-id`, else the subject of its bearer token. The token itself is not kept. */
export function userOf(headerOf: HeaderOf): string | undefined {
  return headerOf('x-user-id') ?? subjectOf(headerOf('authorization'));
}

function subjectOf(authorization: string | undefined): string | undefined {
  const [, payload] = authorization === undefined ? [] : (BEARER.exec(authorization) ?? []);
  if (payload === undefined) return undefined;
  try {
    const { sub } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { sub?: unknown };
    return typeof sub === 'string' ? sub : undefined;
  } catch {
    return undefined;
  }
}
