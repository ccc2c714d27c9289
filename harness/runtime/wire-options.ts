/** How the engine of the wire's process is set, whatever runs it. */

/**
 * Left alone, V8 lets the young space go up to 112 MiB and down again as it pleases, although hardly anything survives an exchange: the wire then
 * takes 50 MiB or 160, and nobody can tell a leak from that.
 */
export const WIRE_ENGINE = ['--max-semi-space-size=8'];
