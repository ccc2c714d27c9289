/** Rules of shipping: what the carrier's answer means. */

/** The carrier has taken the parcel, or never will. */
export type Verdict =
  | { readonly is: 'created'; readonly shipmentId: string; readonly tracking: string }
  | { readonly is: 'refused'; readonly reason: string };

/** What an answer decides; undefined when it decides nothing and must be asked for again. */
export function verdictOf(status: number, body: unknown): Verdict | undefined {
  const { shipmentId, tracking, detail } = (body ?? {}) as {
    shipmentId?: unknown;
    tracking?: unknown;
    detail?: unknown;
  };
  if (status === 201 && typeof shipmentId === 'string' && typeof tracking === 'string')
    return { is: 'created', shipmentId, tracking };
  if (status === 422) return { is: 'refused', reason: typeof detail === 'string' ? detail : 'refused by the carrier' };
  return undefined;
}

/** A step of a parcel's way. */
export interface Step {
  readonly status: string;
  /** Epoch ms. */
  readonly at: number;
}

/** The steps in a carrier's answer, in time order; what is none is left out. */
export function stepsOf(status: number, body: unknown): Step[] {
  const { steps } = (body ?? {}) as { steps?: unknown };
  if (status !== 200 || !Array.isArray(steps)) return [];
  return steps
    .filter((step): step is Step => typeof step?.status === 'string' && Number.isSafeInteger(step?.at))
    .map(({ status: what, at }) => ({ status: what, at }))
    .sort((one, other) => one.at - other.at);
}
