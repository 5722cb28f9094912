import type grpc from '@grpc/grpc-js'
import { LogClosed } from '../log/log-closed.ts'
import { WriteTimedOut } from '../log/write-timeout.ts'
import { handlerFailed, operationTimedOut, RpcError, unavailable } from './errors.ts'
import type { OpenCalls } from './open-calls.ts'
import { CallEnded } from './response-stream.ts'

/**
 * What every handler is wrapped in. A handler throws an RpcError to refuse a call; anything else it throws is a fault of the server,
 * which is reported as a process warning and answered as UNKNOWN: an exception that escapes a grpc-js handler would end the process.
 * After a client has gone its call's errors concern nobody.
 */
export const toStatus = (error: unknown): RpcError => {
  if (error instanceof RpcError) return error
  if (error instanceof LogClosed) return unavailable('The server is shutting down.')
  if (error instanceof WriteTimedOut) return operationTimedOut(error.message)
  process.emitWarning(error instanceof Error ? error : String(error))
  return handlerFailed('')
}

export const unary =
  <Request, Response>(
    handle: (request: Request) => Response | Promise<Response>,
  ): grpc.handleUnaryCall<Request, Response> =>
  (call, callback) => {
    void (async () => {
      try {
        callback(null, await handle(call.request))
      } catch (error) {
        callback(toStatus(error))
      }
    })()
  }

/** For calls with a stream of requests. While these are still coming it can be ended by the server's own end; after that it is answered. */
export const clientStream =
  <Request, Response>(
    open: OpenCalls,
    handle: (requests: AsyncIterable<Request>) => Promise<Response>,
  ): grpc.handleClientStreamingCall<Request, Response> =>
  (call, callback) => {
    let ended = false
    const forget = open.add((error) => {
      forget()
      ended = true
      callback(error)
      // Else the handler would wait for requests for ever.
      call.destroy(error)
    })
    call.once('end', forget)
    void (async () => {
      try {
        callback(null, await handle(whole(call)))
      } catch (error) {
        if (!call.cancelled && !ended) callback(toStatus(error))
      } finally {
        forget()
      }
    })()
  }

/** The requests of a call. Where its connection breaks they just end: that must not pass for all of them. */
const whole = async function* <Request>(
  call: AsyncIterable<Request> & { readonly cancelled: boolean },
): AsyncGenerator<Request> {
  yield* call
  if (call.cancelled) throw new CallEnded()
}

type StreamingCall = { cancelled: boolean; end(): void; emit(event: 'error', error: RpcError): boolean }

/** For calls with a stream of answers: ended when the handler returns, or by the server's own end. */
export const ending =
  <Call extends StreamingCall>(open: OpenCalls, handle: (call: Call) => Promise<void>): ((call: Call) => void) =>
  (call) => {
    const fail = (error: RpcError): void => {
      if (!call.cancelled) call.emit('error', error)
    }
    const forget = open.add(fail)
    void (async () => {
      try {
        await handle(call)
        call.end()
      } catch (error) {
        if (!(error instanceof CallEnded) && !call.cancelled) fail(toStatus(error))
      } finally {
        forget()
      }
    })()
  }
