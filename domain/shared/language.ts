import { z } from 'zod'

/** What the shop can write to its customers in. */
export const languages = ['en', 'de'] as const
export const languageSchema = z.enum(languages)
export type Language = z.infer<typeof languageSchema>
