/**
 * With DEBUG=esdb* the client prints the connection string with its password, and everything that is stored.
 * @throws when that is asked for where it must not be
 */
export const refuseTellingDebug = (environment: {
  readonly DEBUG?: string | undefined
  readonly NODE_ENV?: string | undefined
}): void => {
  const patterns = (environment.DEBUG ?? '')
    .split(/[\s,]+/)
    .filter((pattern) => pattern !== '' && !pattern.startsWith('-'))
  // As the package `debug` reads them: a star stands for anything.
  const wouldPrint = (pattern: string) =>
    pattern.startsWith('esdb') || ('esdb:'.startsWith(pattern.split('*')[0] ?? '') && pattern.includes('*'))
  if (environment.NODE_ENV === 'production' && patterns.some(wouldPrint)) {
    throw new Error(
      `DEBUG=${environment.DEBUG} would print passwords and the content of events; it is refused in production`,
    )
  }
}
