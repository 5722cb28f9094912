import { RpcError } from '../../grpc/errors.ts'

/** The `exception` trailer and the reason of the refusal; fails when there is none. */
export const refusal = async (work: Promise<unknown>): Promise<readonly unknown[]> => {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof RpcError)) throw new Error(`not refused: ${String(error)}`)
  const { exception, reason } = error.metadata.getMap()
  return reason === undefined ? [exception] : [exception, reason]
}
