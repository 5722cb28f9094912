/** So long a process that is told to stop has for its end. */
export const drainLimitMs = 30_000

/** So long calls may go on then; in the rest of the time their outcomes are written, and leases given back. */
export const callsWhileDrainingMs = 12_000
