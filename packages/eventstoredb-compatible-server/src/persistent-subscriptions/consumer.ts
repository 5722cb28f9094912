import { Meter } from './meter.ts'
import type { Delivery as DeliveryTo, Message } from './message.ts'
import { ObservedMeasurements } from './observed-measurements.ts'

export type Delivery = DeliveryTo<Consumer>

/** The connection behind a consumer. */
export type Connection = {
  /** False: hold the following ones back until `Consumer.drained` is called. */
  write(message: Message): boolean
  /** Ends the connection with what a dropped consumer is told. */
  drop(): void
}

export type ConsumerOptions = {
  readonly name: string
  readonly username: string
  /** Most messages that may be unsettled at a time. */
  readonly window: number
  readonly extraStatistics: boolean
}

/** One connected consumer: its window, and what it has been given but not yet settled. */
export class Consumer {
  readonly options: ConsumerOptions
  readonly inFlight = new Set<Delivery>()
  readonly meter = new Meter()
  readonly measurements: ObservedMeasurements | undefined
  readonly #connection: Connection
  /** Given to this consumer while its connection was busy; no more than the window, since all of it is in flight. */
  #outbox: Delivery[] = []
  #busy = false

  constructor(connection: Connection, options: ConsumerOptions) {
    this.#connection = connection
    this.options = options
    this.measurements = options.extraStatistics ? new ObservedMeasurements() : undefined
  }

  get availableSlots(): number {
    return Math.max(0, this.options.window - this.inFlight.size)
  }

  send(delivery: Delivery): void {
    this.inFlight.add(delivery)
    this.meter.count(1)
    this.#outbox.push(delivery)
    this.#flush()
  }

  /** The connection takes messages again. */
  drained(): void {
    this.#busy = false
    this.#flush()
  }

  /** The slot of the delivery is free again. `elapsed` is given when the consumer itself settled it. */
  release(delivery: Delivery, elapsed?: number): void {
    delivery.over = true
    this.inFlight.delete(delivery)
    if (elapsed !== undefined) this.measurements?.add(elapsed)
  }

  drop(): void {
    this.#outbox = []
    this.#connection.drop()
  }

  #flush(): void {
    let sent = 0
    for (const delivery of this.#outbox) {
      if (this.#busy) break
      sent += 1
      if (!delivery.over) this.#busy = !this.#connection.write(delivery.message)
    }
    if (sent > 0) this.#outbox.splice(0, sent)
  }
}
