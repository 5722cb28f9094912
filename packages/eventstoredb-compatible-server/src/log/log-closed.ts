/** Nothing was written, and nobody was told of it: the server is stopping. */
export class LogClosed extends Error {
  override readonly name = 'LogClosed'

  constructor() {
    super('The log is closed.')
  }
}
