import { expect } from 'chai'

/** What a promise is rejected with; a promise that is kept fails the test. */
export const rejection = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (value) => expect.fail(`a rejection was expected, not ${JSON.stringify(value)}`),
    (error: unknown) => error,
  )
