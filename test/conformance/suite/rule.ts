import type { Server } from './server.ts'

/**
 * How a statement came to be believed. `real`: it was watched on a running EventStoreDB (24.2.0). `read`: it was read from the published
 * sources of server and client. `embedded`: it is a promise of the embedded server alone; the real one does something else, or something worse.
 */
export type Seen = 'real' | 'read' | 'embedded'

type Traits = {
  readonly seen: Seen
  /** Why it can't be shown on somebody else's server. Rules seen on the embedded one alone need no reason. */
  readonly only?: 'kills the server' | 'would harm a real server' | 'would disturb others'
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
  readonly embeddedOnly: boolean
  readonly show: (server: Server) => Promise<void>
}

const rules: Rule[] = []

/** Declares a rule of the protocol: a sentence, and what shows that it holds. */
export const rule = (section: string, title: string, traits: Traits, show: Rule['show']): void => {
  rules.push({ ...traits, section, title, embeddedOnly: traits.seen === 'embedded' || traits.only !== undefined, show })
}

/** What has been declared so far, in order. */
export const declaredRules = (): readonly Rule[] => rules

/** As a test is named: what holds on the embedded server alone is marked. */
export const titleOf = ({ title, embeddedOnly }: Pick<Rule, 'title' | 'embeddedOnly'>): string => (embeddedOnly ? `${title} [embedded]` : title)
