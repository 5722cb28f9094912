/** A slow machine needs its time where a hundred orders are under way. */
export const patience = { limitMs: 240_000, everyMs: 50 } as const
