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
