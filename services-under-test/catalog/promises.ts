/** What the catalog promises about its calls. The topology repeats it to the harness, and experiments try to falsify it. */
/** To the broker: an event may be sent twice, its consumers make it one effect. */
export const CATALOG_TO_KAFKA = { idempotent: true } as const;
