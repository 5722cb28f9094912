import type { StoredEvent } from '../../infrastructure/event-store/port.ts'
import type { Outcome } from '../../infrastructure/subscriptions/outcome.ts'
import { claimMs, type Resolutions } from './resolutions.ts'
import type { Claim, Failure, ResolutionKind } from './resolution.ts'
import type { Unresolved } from './unresolved.ts'

/** Hands an event to the group's own handler, in the order of its key. A person alone may hand in what has killed the process too often. */
export type Submit = (event: StoredEvent, options: { readonly by: 'person' | 'system' }) => Promise<Outcome>

/** `not_now`: nobody says that the event can't be handled; it may be tried again. */
export type Handled = 'handled' | 'failed' | 'not_now'

export type HandlingDependencies = {
  readonly resolutions: Pick<Resolutions, 'keep' | 'resolve' | 'failed'>
  readonly unresolved: Pick<Unresolved, 'of'>
  readonly now: () => Date
  readonly log: (message: string, fields: Readonly<Record<string, unknown>>) => void
  /** What has come of it, for whoever counts. */
  readonly report?: (group: string, kind: ResolutionKind, handled: Handled) => void
  readonly keepEveryMs?: number
}

/** Has the event of a claimed letter handled, and writes down what came of it. Never rejects. */
export type Handling = (claim: Claim, kind: 'retry' | 'release', event: StoredEvent, submit: Submit) => Promise<Handled>

const failureOf = (outcome: Outcome): Failure | undefined => {
  if (typeof outcome === 'string') return undefined
  return 'park' in outcome
    ? { code: outcome.park.code, message: `${outcome.park.code}: ${outcome.park.message}` }
    : { message: `not now: ${outcome.reason}` }
}

export const createHandling = (dependencies: HandlingDependencies): Handling => {
  const { resolutions, unresolved, now, log, report, keepEveryMs = claimMs / 3 } = dependencies

  /** The claim is kept for as long as the handler is at it. */
  const submitted = async (claim: Claim, submit: () => Promise<Outcome>): Promise<Failure | undefined> => {
    const keeping = setInterval(() => {
      resolutions.keep(claim).catch((error: unknown) => {
        log('the claim of a dead letter could not be kept', { group: claim.group, number: Number(claim.number), error })
      })
    }, keepEveryMs)
    try {
      return failureOf(await submit())
    } catch (error) {
      // A store is away, or the group has stopped.
      return { message: error instanceof Error ? error.message : String(error) }
    } finally {
      clearInterval(keeping)
    }
  }

  const writeDown = async (claim: Claim, failure: Failure | undefined): Promise<Handled> => {
    const letters = unresolved.of(claim.group)
    if (failure === undefined) {
      await resolutions.resolve(claim, now())
      letters.remove(claim.number)
      return 'handled'
    }
    await resolutions.failed(claim, failure)
    if (failure.code === undefined) return 'not_now'
    letters.change(claim.number, { code: failure.code })
    return 'failed'
  }

  const told = { retry: 'retried', release: 'released' }

  return async (claim, kind, event, submit) => {
    const by = kind === 'retry' ? 'person' : 'system'
    const failure = await submitted(claim, () => submit(event, { by }))
    const fields = { group: claim.group, number: Number(claim.number), key: claim.key, failure: failure?.message }
    try {
      const handled = await writeDown(claim, failure)
      log(`dead letter ${told[kind]}: ${handled === 'handled' ? 'handled' : 'failed again'}`, fields)
      report?.(claim.group, kind, handled)
      return handled
    } catch (error) {
      // Nobody wrote down which. When the claim has ended it can be handled again: what is done already is found done.
      log(`dead letter ${told[kind]}, but what came of it could not be stored`, { ...fields, error })
      return 'not_now'
    }
  }
}
