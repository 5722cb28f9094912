import type { ServiceError } from '@grpc/grpc-js'
import persistent from '@eventstore/db-client/generated/persistent_pb.js'
import shared from '@eventstore/db-client/generated/shared_pb.js'
import { failed, type CallResult } from './call-result.ts'
import { identifier, uuid } from './raw-append.ts'
import type { Server } from './server.ts'
import { until } from './waiting.ts'

const { ReadReq } = persistent

/** A consumer on the bare stub, for windows and acknowledgements that the client does not send. */
export class RawConsumer {
  readonly events: persistent.ReadResp.ReadEvent[] = []
  subscriptionId: string | undefined
  result: CallResult<unknown> | undefined
  readonly #call

  constructor(server: Server, { stream, group, window = 10 }: { stream: string; group: string; window?: number }) {
    this.#call = server.groups.read()
    this.#call
      .on('data', (message: persistent.ReadResp) => {
        this.subscriptionId ??= message.getSubscriptionConfirmation()?.getSubscriptionId()
        const event = message.getEvent()
        if (event !== undefined) this.events.push(event)
      })
      .on('error', (error: ServiceError) => (this.result = failed(error)))
    server.after(async () => this.#call.cancel())
    const options = new ReadReq.Options()
      .setGroupName(group)
      .setBufferSize(window)
      .setStreamIdentifier(identifier(stream))
    options.setUuidOption(new ReadReq.Options.UUIDOption().setString(new shared.Empty()))
    this.#call.write(new ReadReq().setOptions(options))
  }

  get types(): (string | undefined)[] {
    return this.events.map((event) => event.getEvent()?.getMetadataMap().get('type'))
  }

  async confirmed(): Promise<void> {
    await until(
      'the confirmation',
      () => this.subscriptionId !== undefined,
      () => this.result,
    )
  }

  async got(count: number): Promise<void> {
    await until(
      `${count} events`,
      () => this.events.length >= count,
      () => [this.types, this.result],
    )
  }

  async failed(): Promise<CallResult<unknown> | undefined> {
    await until(
      'the error',
      () => this.result !== undefined,
      () => this.types,
    )
    return this.result
  }

  ack(...ids: readonly string[]): void {
    this.#call.write(new ReadReq().setAck(new ReadReq.Ack().setIdsList(ids.map(uuid))))
  }

  /** Any number for an action: 0 unknown, 1 park, 2 retry, 3 skip, 4 stop. */
  nack(action: number, ...ids: readonly string[]): void {
    const nack = new ReadReq.Nack().setIdsList(ids.map(uuid)).setReason('raw')
    nack.setAction(action)
    this.#call.write(new ReadReq().setNack(nack))
  }

  idOf(index: number): string {
    const event = this.events[index]
    return (event?.getLink() ?? event?.getEvent())?.getId()?.getString() ?? ''
  }
}
