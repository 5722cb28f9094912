import { setTimeout as delay } from 'node:timers/promises'

/**
 * Answers what `look` answers once that is not undefined; looks again every `everyMs`. A look that throws counts as "not yet".
 * Rejects when the limit is over, with the last thing a look threw and what `describe` says.
 */
export const until = async <T>(
  what: string,
  look: () => Promise<T | undefined> | T | undefined,
  { limitMs = 30_000, everyMs = 50 }: { limitMs?: number; everyMs?: number } = {},
): Promise<T> => {
  const end = Date.now() + limitMs
  let last = 'it never came to be'
  for (;;) {
    try {
      const seen = await look()
      if (seen !== undefined) return seen
    } catch (error) {
      last = error instanceof Error ? error.message : String(error)
    }
    if (Date.now() >= end) throw new Error(`waited ${limitMs} ms until ${what}: ${last}`)
    await delay(everyMs)
  }
}

/** Resolves once `condition` holds. See `until`. */
export const untilTrue = async (
  what: string,
  condition: () => Promise<boolean> | boolean,
  limits: { limitMs?: number; everyMs?: number } = {},
): Promise<void> => {
  await until(what, async () => ((await condition()) ? true : undefined), limits)
}
