import { dotnetRegex } from '../dotnet-regex/dotnet-regex.ts'
import { InvalidPattern } from '../dotnet-regex/invalid-pattern.ts'
import type { StoredRecord } from '../log/types.ts'
import { handlerFailed } from './errors.ts'

/** A filter of `$all`: by the name of the event's stream or by its type; a regular expression counts before prefixes. */
export type EventFilter = {
  readonly on: 'stream' | 'type'
  readonly regex: string
  readonly prefixes: readonly string[]
}

type Expression = { getRegex(): string; getPrefixList(): readonly string[] }
type FilterMessage = {
  getStreamIdentifier(): Expression | undefined
  getEventType(): Expression | undefined
}

/** The filter in a request; the Streams and the persistent subscriptions services have messages of the same shape. */
export const readFilter = (message: FilterMessage): EventFilter => {
  const byStream = message.getStreamIdentifier()
  const expression = byStream ?? message.getEventType()
  if (expression === undefined) throw handlerFailed('A filter names neither streams nor event types.')
  return {
    on: byStream === undefined ? 'type' : 'stream',
    regex: expression.getRegex(),
    prefixes: expression.getPrefixList(),
  }
}

/**
 * Says of a record whether it passes. Looks at the record as it is stored: at a link's own stream and type, not at its target's.
 * A regular expression matches anywhere in the name; prefixes compare code units; an empty expression matches nothing.
 */
export const compileFilter = ({ on, regex, prefixes }: EventFilter): ((record: StoredRecord) => boolean) => {
  const nameOf = (record: StoredRecord): string => (on === 'stream' ? record.stream : record.type)
  if (regex !== '') {
    const pattern = readPattern(regex)
    return (record) => pattern.test(nameOf(record))
  }
  return (record) => {
    const name = nameOf(record)
    return prefixes.some((prefix) => name.startsWith(prefix))
  }
}

const readPattern = (regex: string): RegExp => {
  try {
    return dotnetRegex(regex)
  } catch (error) {
    if (error instanceof InvalidPattern) throw handlerFailed(`Invalid regular expression: ${error.message}`)
    throw error
  }
}
