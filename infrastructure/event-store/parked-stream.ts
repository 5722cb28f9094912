const before = '$persistentsubscription-$all::'
const after = '-parked'

/** Where the server keeps links to the parked messages of a group on `$all`. */
export const parkedStreamOf = (group: string): string => `${before}${group}${after}`

/** Of whichever group. */
export const isParkedStream = (stream: string): boolean => stream.startsWith(before) && stream.endsWith(after)
