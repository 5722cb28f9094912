export const ALL_STREAM = '$all'

export const CONFIG_STREAM = '$persistentSubscriptionConfig'

/** Names a group everywhere: in its two streams, and as the subscription id that a consumer is given. */
export const keyOf = (stream: string, group: string): string => `${stream}::${group}`

export const checkpointStreamOf = (key: string): string => `$persistentsubscription-${key}-checkpoint`

export const parkedStreamOf = (key: string): string => `$persistentsubscription-${key}-parked`
