export type ChosenEventStore =
  /** Somebody else runs it, and may have anything in it. Nobody kills it. */
  | { readonly kind: 'running'; readonly url: string }
  /** Started anew by each who needs one. */
  | { readonly kind: 'command'; readonly command: string }
  | { readonly kind: 'embedded' }

/** Which event store the tests and the bench run on: EVENTSTORE_URL, EVENTSTORE_COMMAND, or the embedded one. */
export const chosenEventStore = ({
  EVENTSTORE_URL: url = '',
  EVENTSTORE_COMMAND: command = '',
}: NodeJS.ProcessEnv): ChosenEventStore => {
  if (url !== '' && command !== '')
    throw new Error('EVENTSTORE_URL and EVENTSTORE_COMMAND are both set: leave one of them out')
  if (url !== '') return { kind: 'running', url }
  return command === '' ? { kind: 'embedded' } : { kind: 'command', command }
}
