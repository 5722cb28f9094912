import { z } from 'zod'

/** The ways in which somebody can be told something. */
export const channels = ['email', 'sms'] as const
export const channelSchema = z.enum(channels)
export type Channel = z.infer<typeof channelSchema>
