import type { StoredRecord } from '../log/types.ts'
import { CheckpointWriter, loadCheckpoint } from './checkpoint.ts'
import type { Consumer, Delivery } from './consumer.ts'
import type { GroupContext } from './group-context.ts'
import { hasRoom, Intake, pageSizeOf } from './intake.ts'
import { resolve } from './message.ts'
import type { Message } from './message.ts'
import { Meter } from './meter.ts'
import { checkpointStreamOf, keyOf, parkedStreamOf } from './names.ts'
import { Outstanding } from './outstanding.ts'
import { ParkedMessages } from './parked.ts'
import type { ParkReason } from './parked-event.ts'
import { WholeProgress } from './progress.ts'
import type { Progress } from './progress.ts'
import { ProgressThatLoses } from './progress-that-loses.ts'
import type { GroupConfig } from './settings.ts'
import { sourceOf } from './source.ts'
import type { Source } from './source.ts'
import { createStrategy } from './strategies/named-strategies.ts'
import type { Strategy } from './strategies/strategy.ts'
import { Waiting } from './waiting.ts'

export type NackAction = 'park' | 'retry' | 'skip'

/** One group as it lives in memory: messages come in by the intake, wait, are sent, and end acknowledged, skipped or parked. Keeps no clock. */
export class Group {
  readonly config: GroupConfig
  readonly source: Source
  readonly meter = new Meter()
  readonly consumers = new Set<Consumer>()
  readonly waiting = new Waiting()
  readonly outstanding = new Outstanding()
  readonly intake: Intake
  readonly parked: ParkedMessages
  readonly checkpoint: CheckpointWriter
  readonly #context: GroupContext
  readonly #strategy: Strategy
  readonly #progress: Progress
  readonly #parking = new Set<Promise<void>>()
  #pageAsked = false
  #replayPageAsked = false
  #pushAsked = false
  #faulted = false
  #stopped = false

  constructor(context: GroupContext, config: GroupConfig) {
    const key = keyOf(config.stream, config.group)
    this.#context = context
    this.config = config
    this.meter.start(context.now())
    this.source = sourceOf(context.log, config, config.settings.resolveLinkTos)
    this.#strategy = createStrategy(config.settings.strategy)
    const loses = context.losesMessages()
    this.parked = new ParkedMessages(context, parkedStreamOf(key), loses)
    const loaded = loadCheckpoint(context.log, checkpointStreamOf(key), this.source)
    this.checkpoint = new CheckpointWriter(context, checkpointStreamOf(key), config.settings, this.source, loaded)
    this.#progress = loses ? new ProgressThatLoses(loaded) : new WholeProgress(loaded)
    this.intake = new Intake(config, this.source, this.#progress, this.waiting, loaded, loses)
    this.#readMore()
  }

  get status(): string {
    const { isLive } = this.intake
    const replaying = this.parked.replaying && 'ReplayingParkedMessages'
    return [!isLive && 'Behind', this.#pageAsked && 'OutstandingPageRequest', replaying, isLive && 'Live']
      .filter(Boolean)
      .join(', ')
  }

  get full(): boolean {
    const { maxSubscriberCount } = this.config.settings
    return maxSubscriberCount > 0 && this.consumers.size >= maxSubscriberCount
  }

  connect(consumer: Consumer): void {
    if (this.#faulted || this.#stopped) {
      consumer.drop()
      return
    }
    this.consumers.add(consumer)
    consumer.meter.start(this.#context.now())
    this.#strategy.add(consumer)
    this.#push()
  }

  /** What the consumer had comes back, however often it has been tried. */
  disconnect(consumer: Consumer): void {
    if (!this.consumers.delete(consumer)) return
    this.#strategy.remove(consumer)
    for (const delivery of [...consumer.inFlight]) {
      this.#end(delivery)
      this.#again(delivery.message)
    }
    this.#push()
  }

  /** Ids that are not out are ignored; it doesn't matter who names them. */
  ack(ids: readonly string[]): void {
    for (const message of this.#take(ids)) this.#settle(message)
    this.#advance()
  }

  nack(ids: readonly string[], action: NackAction, reason: string): void {
    for (const message of this.#take(ids)) {
      if (action === 'park') this.#park(message, { kind: 'client-nak', words: reason })
      else if (action === 'skip') this.#settle(message)
      else this.#failed(message)
    }
    this.#advance()
  }

  /** A record that has just been committed. Only notes it: sending follows in a moment. */
  committed(record: StoredRecord): void {
    if (this.#stopped || this.intake.committed(record) === 'nothing' || this.#pushAsked) return
    this.#pushAsked = true
    queueMicrotask(() => {
      this.#pushAsked = false
      this.#advance()
    })
  }

  /** To be called every second. */
  tick(): void {
    if (this.#stopped) return
    for (const delivery of this.outstanding.expired(this.#context.now())) {
      this.#end(delivery)
      this.#failed(delivery.message)
    }
    this.checkpoint.tick(this.#progress.settledThrough())
    this.parked.tick()
    this.#push()
  }

  /** `stopAt` is a number in the parked stream, itself not replayed. */
  replayParked(stopAt: bigint | undefined): void {
    if (this.parked.replay(stopAt)) this.#replayMore()
  }

  /** Drops the consumers; resolves when all that was being written is on disk. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#dropAll()
    while (this.#parking.size > 0) await Promise.all(this.#parking)
    await this.checkpoint.idle()
    await this.parked.close()
  }

  #push(): void {
    if (this.#stopped) return
    if (this.consumers.size > 0) this.waiting.offerAll((message) => this.#offer(message))
    this.#readMore()
    this.#replayMore()
  }

  #offer(message: Message): 'sent' | 'skipped' | 'no_capacity' {
    resolve(this.#context.log, message, this.config.settings.resolveLinkTos)
    const consumer = this.#strategy.choose(message)
    if (typeof consumer === 'string') return consumer
    const sentAt = this.#context.now()
    const delivery = { message, consumer, sentAt, deadline: sentAt + this.config.settings.messageTimeout, over: false }
    this.outstanding.add(delivery)
    this.meter.count(1)
    if (message.sequence !== undefined) this.#progress.sent(message.sequence, message.position)
    consumer.send(delivery)
    return 'sent'
  }

  #readMore(): void {
    if (this.#pageAsked || this.#stopped || this.#faulted || !this.intake.wantsPage) return
    this.#pageAsked = true
    this.#context.defer(() => {
      this.#pageAsked = false
      if (this.#stopped) return
      this.#faulted = this.intake.readPage() === 'faulted'
      if (this.#faulted) this.#dropAll()
      else this.#advance()
    })
  }

  #replayMore(): void {
    const room = hasRoom(this.config.settings, this.waiting.retryCount)
    if (!this.parked.replaying || this.#replayPageAsked || this.#stopped || !room) return
    this.#replayPageAsked = true
    this.#context.defer(() => {
      this.#replayPageAsked = false
      if (this.#stopped) return
      for (const message of this.parked.nextPage(pageSizeOf(this.config.settings))) this.waiting.addRetry(message)
      this.#push()
    })
  }

  #take(ids: readonly string[]): readonly Message[] {
    if (this.#stopped) return []
    return ids.flatMap((id) => {
      const delivery = this.outstanding.take(id)
      if (delivery === undefined) return []
      delivery.consumer.release(delivery, this.#context.now() - delivery.sentAt)
      return [delivery.message]
    })
  }

  #end(delivery: Delivery): void {
    this.outstanding.remove(delivery)
    delivery.consumer.release(delivery)
  }

  #failed(message: Message): void {
    const { maxRetryCount } = this.config.settings
    if (message.retryCount >= maxRetryCount) this.#park(message, { kind: 'max-retries', maxRetryCount })
    else this.#again(message)
  }

  #again(message: Message): void {
    message.retryCount += 1
    this.waiting.addRetry(message)
  }

  /** The slot is free at once; but the message stays open, and no checkpoint passes it, until it is on disk among the parked ones. */
  #park(message: Message, reason: ParkReason): void {
    const parking = this.parked.park(message, reason).then((done) => {
      this.#parking.delete(parking)
      if (done) this.#settle(message)
      // Nothing is given up: what can't be parked is delivered again.
      else this.waiting.addRetry(message)
      this.#advance()
    })
    this.#parking.add(parking)
  }

  #settle(message: Message): void {
    if (message.sequence === undefined) this.parked.settled(message.position)
    else this.#progress.settle(message.sequence)
  }

  /** After something was settled or looked at. */
  #advance(): void {
    if (this.#stopped) return
    this.checkpoint.settled(this.#progress.settledThrough())
    this.#push()
  }

  #dropAll(): void {
    for (const consumer of [...this.consumers]) {
      this.consumers.delete(consumer)
      this.#strategy.remove(consumer)
      consumer.drop()
    }
  }
}
