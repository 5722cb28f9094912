import type { ClientReadableStream, Metadata, ServiceError } from '@grpc/grpc-js'

/** How a call went, as the wire has it. */
export type CallResult<Message> = {
  readonly code: number
  readonly details: string
  readonly trailers: Readonly<Record<string, string>>
  readonly messages: readonly Message[]
}

const trailersOf = (metadata: Metadata): Record<string, string> =>
  Object.fromEntries(Object.entries(metadata.getMap()).map(([key, value]) => [key, String(value)]))

export const failed = <Message>(error: ServiceError, messages: readonly Message[] = []): CallResult<Message> => ({
  code: error.code,
  details: error.details,
  trailers: trailersOf(error.metadata),
  messages,
})

export const unary = <Message>(
  call: (done: (error: ServiceError | null, message: Message) => void) => unknown,
): Promise<CallResult<Message>> =>
  new Promise((resolve) => {
    call((error, message) =>
      resolve(error === null ? { code: 0, details: 'OK', trailers: {}, messages: [message] } : failed(error)),
    )
  })

/** Everything a stream of answers brings, until its end. */
export const toEnd = <Message>(call: ClientReadableStream<Message>): Promise<CallResult<Message>> =>
  new Promise((resolve) => {
    const messages: Message[] = []
    call
      .on('data', (message: Message) => messages.push(message))
      .on('error', (error: ServiceError) => resolve(failed(error, messages)))
      .on('end', () => resolve({ code: 0, details: 'OK', trailers: {}, messages }))
  })

/** What is compared of a result that has no interesting messages. */
export const status = (
  { code, details, trailers }: CallResult<unknown>,
  ...keys: readonly string[]
): Record<string, unknown> => ({ code, details, ...Object.fromEntries(keys.map((key) => [key, trailers[key]])) })
