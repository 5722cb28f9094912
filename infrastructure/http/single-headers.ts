import type { IncomingMessage } from 'node:http'
import { invalidRequest } from './problem.ts'

/**
 * Refuses a request that says twice what can be meant once. Node would take the first `Authorization`, and what stands in front the last:
 * then each has let somebody else in.
 * @throws HttpFault 400 naming the headers
 */
export const singleHeaders = (names: readonly string[]): ((request: Pick<IncomingMessage, 'rawHeaders'>) => void) => {
  const single = new Map(names.map((name) => [name.toLowerCase(), name]))
  return ({ rawHeaders }) => {
    const seen = new Set<string>()
    const twice = new Set<string>()
    // Names and values in turn.
    for (let place = 0; place < rawHeaders.length; place += 2) {
      const name = single.get(rawHeaders[place]?.toLowerCase() ?? '')
      if (name === undefined) continue
      if (seen.has(name)) twice.add(name)
      seen.add(name)
    }
    if (twice.size === 0) return
    throw invalidRequest(
      'The request says something twice; see errors.',
      [...twice].map((path) => ({ in: 'header', path, message: 'Send this header once.' })),
    )
  }
}
