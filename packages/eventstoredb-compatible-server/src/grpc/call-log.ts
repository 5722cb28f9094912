import grpc from '@grpc/grpc-js'

/** One line for every call when it has ended: method, outcome, duration, and what the error says. */
export const callLog =
  (write: (line: string) => void): grpc.ServerInterceptor =>
  ({ path }, call) => {
    const began = performance.now()
    let outcome = 'cancelled by the client'
    return new grpc.ServerInterceptingCall(call, {
      start: (next) =>
        next({
          // Comes at every end of a call, not only when it was cancelled.
          onCancel: () =>
            write(`${path.slice(path.lastIndexOf('.') + 1)} ${outcome} (${Math.round(performance.now() - began)} ms)`),
        }),
      sendStatus: (status, next) => {
        const code = grpc.status[status.code ?? grpc.status.OK]
        outcome = status.code === grpc.status.OK ? 'OK' : `${code}: ${status.details ?? ''}`
        next(status)
      },
    })
  }
