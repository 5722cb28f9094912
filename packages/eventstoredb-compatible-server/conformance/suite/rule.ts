import type { Server } from './server.ts'

/** The real EventStoreDB that this suite was run on, and the day of that run. */
export const REAL = { version: '24.2.0', day: '2026-11-28' } as const

/**
 * How a statement came to be believed, or where it does not hold.
 *
 * `real`: this very test was run on the real server, and was not among those that failed.
 * `watched`: the statement was watched on the real server, but this test was not run there: it is younger, was changed since, or kills its server.
 * `read`: it was read from the published sources of server and client, and nobody has watched it.
 * `differs`: the real server was seen to do something else; what.
 * `onlyHere`: it is not to be asked of a real server, and why: it never answers, is harmed, or has nothing of the kind.
 */
export type Seen = 'real' | 'watched' | 'read' | { readonly differs: string } | { readonly onlyHere: string }

type Traits = {
  readonly seen: Seen
  /** Why it is shown only on a server that was started for this, though it holds on others. */
  readonly only?: 'kills the server' | 'would disturb others'
  /** The first server version that does so; older ones are not asked. */
  readonly since?: string
  /** Is shown on a server whose standard projections are running. */
  readonly needs?: 'projections'
  /** Mostly waits, for a tick or a time-out: is run beside the others of its kind. Must disturb nobody. */
  readonly waits?: true
}

export type Rule = Traits & {
  readonly section: string
  readonly title: string
  /** It differs on a real server, or is not to be asked of one. */
  readonly embeddedOnly: boolean
  readonly show: (server: Server) => Promise<void>
}

const rules: Rule[] = []

/** Declares a rule of the protocol: a sentence, and what shows that it holds. */
export const rule = (section: string, title: string, traits: Traits, show: Rule['show']): void => {
  rules.push({ ...traits, section, title, embeddedOnly: typeof traits.seen === 'object', show })
}

/** What has been declared so far, in order. */
export const declaredRules = (): readonly Rule[] => rules

/** As a test is named: what is asked of the embedded server alone is marked, and what is asked of no server that others use. */
export const titleOf = ({ title, embeddedOnly, only }: Pick<Rule, 'title' | 'embeddedOnly' | 'only'>): string =>
  `${title}${embeddedOnly ? ' [embedded]' : only === undefined ? '' : ' [own server]'}`
