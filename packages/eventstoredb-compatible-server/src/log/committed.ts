/**
 * Waits for a transaction of lmdb's. When it fails, on a full disk for example, lmdb rejects twice: the transaction's promise says only
 * that it failed, and one in that error's `commitError` says why. Nobody waiting for that one would end the process.
 */
export const committed = async (commit: Promise<unknown>): Promise<void> => {
  try {
    await commit
  } catch (error) {
    throw new Error('The transaction could not be written.', { cause: await reasonOf(error) })
  }
}

const reasonOf = async (error: unknown): Promise<unknown> => {
  if (!(error instanceof Error) || !('commitError' in error)) return error
  try {
    await error.commitError
    return error
  } catch (reason) {
    return reason
  }
}
