/** Milliseconds of a clock that all processes of a machine share and that nobody sets; what a process adds to its own start drifts apart. */
export const monotonicNow = (): number => Number(process.hrtime.bigint()) / 1e6
