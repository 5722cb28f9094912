import { chosenEventStore } from 'eventstoredb-compatible-server/source/testing/any-server'

/**
 * What cannot run on a server that somebody else runs (EVENTSTORE_URL): the titles of the tests, and why. docs/real-servers.md says the same.
 * With nothing said, or EVENTSTORE_COMMAND, each gets a server of its own.
 */
export const ownEventStoreOnly = {
  'the command API answers 503 within two seconds, says so in its readiness, and serves by itself when the store is back':
    'kills the server',
  'an event store whose server is killed has each event once and in order, whatever was under way': 'kills the server',
  'an event store whose server is killed ends a subscription with an error, and the next one goes on behind what was seen':
    'kills the server',
  'an event store whose server is killed gives a group again what it has not acknowledged': 'kills the server',
  'an event store whose server is stopped has each event once and in order, whatever was under way': 'stops the server',
  'an event store whose server is stopped ends a subscription with an error, and the next one goes on behind what was seen':
    'stops the server',
  'an event store whose server is stopped gives a group again what it has not acknowledged': 'stops the server',
  'fifty orders under way come to rest when the event store is killed, each reserved and charged once':
    'kills the server',
} as const satisfies Readonly<Record<string, string>>

export type OwnEventStoreOnly = keyof typeof ownEventStoreOnly

/** Declares such a test. On a server that somebody else runs it is skipped, by a title that says why. */
export const onOwnEventStore = (title: OwnEventStoreOnly, body: (this: Mocha.Context) => Promise<void>): void => {
  if (chosenEventStore(process.env).kind === 'running')
    it.skip(`${title} (not with EVENTSTORE_URL: it ${ownEventStoreOnly[title]})`)
  else it(title, body)
}
