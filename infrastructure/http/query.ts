import { parse, type ParsedUrlQuery } from 'node:querystring'
import { invalidRequest } from './problem.ts'

const isDecodable = (text: string): boolean => {
  try {
    decodeURIComponent(text)
    return true
  } catch (error) {
    if (error instanceof URIError) return false
    throw error
  }
}

/** By Node's own parser, which reads bytes of another encoding as U+FFFD: those are refused before. @throws HttpFault 400 */
export const parseQuery = (text: string | null): ParsedUrlQuery => {
  if (text === null || text === '') return {}
  if (text.includes('%') && !isDecodable(text))
    throw invalidRequest('What follows the ? is not UTF-8 with % where it has to be.')
  return parse(text)
}
