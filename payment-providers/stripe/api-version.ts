/** The version that this code was written for. The package would send its own, which changes with the package. */
export const apiVersion = '2026-10-28.endive'
