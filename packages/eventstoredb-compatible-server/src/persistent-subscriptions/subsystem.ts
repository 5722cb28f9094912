import { persistentSubscriptionDoesNotExist, persistentSubscriptionExists } from '../grpc/errors.ts'
import type { StoredRecord } from '../log/types.ts'
import { loadConfigs, saveConfigs, startAfterOf } from './config-stream.ts'
import { Group } from './group.ts'
import type { GroupContext } from './group-context.ts'
import { ALL_STREAM, checkpointStreamOf, keyOf, parkedStreamOf } from './names.ts'
import { validate } from './settings.ts'
import type { GroupConfig } from './settings.ts'

/** What a request to create or update says. */
export type GroupRequest = Omit<GroupConfig, 'startAfter'>

/** All groups: kept as the config stream says, fed with what is committed, ticked together. */
export class Subsystem {
  readonly #context: GroupContext
  readonly #groups = new Map<string, Group>()
  /** By the stream they are on. A stream stays here when its last group is gone: asking for its groups is not an error then. */
  readonly #byStream = new Map<string, Group[]>()
  readonly #stopListening: () => void
  /** The changes to the list of groups, one after the other. */
  #changes: Promise<unknown> = Promise.resolve()

  constructor(context: GroupContext) {
    this.#context = context
    this.#load()
    this.#stopListening = context.log.onCommitted((records) => {
      for (const record of records) this.#committed(record)
    })
  }

  async create(request: GroupRequest): Promise<void> {
    await this.#change(async () => {
      const { stream, group } = request
      if (this.#groups.has(keyOf(stream, group))) throw persistentSubscriptionExists(stream, group)
      validate(request, this.#context.log.head())
      const config = { ...request, startAfter: startAfterOf(this.#context.log, request) }
      await this.#save([...this.#configs(), config])
      this.#add(config)
    })
  }

  /** The filter stays as it is, and so does a start at the end that was said before: it means the end at that time. */
  async update(request: GroupRequest): Promise<void> {
    await this.#change(async () => {
      const group = this.#existing(request.stream, request.group)
      const { filter, startFrom, startAfter } = group.config
      const next = { ...request, filter }
      validate(next, this.#context.log.head())
      const stillTheEnd = startFrom === 'end' && next.startFrom === 'end' && !this.#context.losesMessages()
      const config = { ...next, startAfter: stillTheEnd ? startAfter : startAfterOf(this.#context.log, next) }
      await this.#remove(group)
      await this.#replacing(group.config, config)
    })
  }

  async delete(stream: string, name: string): Promise<void> {
    await this.#change(async () => {
      const group = this.#existing(stream, name)
      await this.#remove(group)
      await this.#save(this.#configs())
      const key = keyOf(stream, name)
      for (const own of [checkpointStreamOf(key), parkedStreamOf(key)]) {
        if (this.#context.log.streamState(own) === 'exists') await this.#context.log.softDelete(own, 'any')
      }
    })
  }

  /** Drops all consumers and begins again from what is stored. */
  async restart(): Promise<void> {
    await this.#change(async () => {
      await this.#removeAll()
      this.#load()
    })
  }

  /** Waits for changes that are under way, so that nobody meets a group that is about to be replaced. */
  async group(stream: string, name: string): Promise<Group> {
    await this.#changes
    return this.#existing(stream, name)
  }

  /** The groups of one stream, or all of them. */
  async list(stream: string | undefined): Promise<readonly Group[]> {
    await this.#changes
    if (stream === undefined) return [...this.#groups.values()]
    const groups = this.#byStream.get(stream)
    if (groups === undefined) throw persistentSubscriptionDoesNotExist(stream, undefined)
    return groups
  }

  tick(): void {
    for (const group of this.#groups.values()) group.tick()
  }

  async stop(): Promise<void> {
    this.#stopListening()
    await this.#change(() => this.#removeAll())
  }

  #committed(record: StoredRecord): void {
    for (const group of this.#byStream.get(record.stream) ?? []) group.committed(record)
    if (record.stream !== ALL_STREAM) for (const group of this.#byStream.get(ALL_STREAM) ?? []) group.committed(record)
  }

  async #change(work: () => Promise<void>): Promise<void> {
    const done = this.#changes.then(work)
    // The next change must not fail because this one did; whoever asked for this one is told.
    this.#changes = done.catch(() => undefined)
    await done
  }

  #existing(stream: string, name: string): Group {
    const group = this.#groups.get(keyOf(stream, name))
    if (group === undefined) throw persistentSubscriptionDoesNotExist(stream, name)
    return group
  }

  #configs(): readonly GroupConfig[] {
    return [...this.#groups.values()].map(({ config }) => config)
  }

  async #save(configs: readonly GroupConfig[]): Promise<void> {
    await saveConfigs(this.#context, configs)
  }

  /** Whatever happens, a group is there again afterwards. */
  async #replacing(before: GroupConfig, config: GroupConfig): Promise<void> {
    try {
      await this.#save([...this.#configs(), config])
    } catch (error) {
      this.#add(before)
      throw error
    }
    this.#add(config)
  }

  #load(): void {
    for (const config of loadConfigs(this.#context.log, this.#context.losesMessages())) this.#add(config)
  }

  #add(config: GroupConfig): void {
    const group = new Group(this.#context, config)
    this.#groups.set(keyOf(config.stream, config.group), group)
    this.#byStream.set(config.stream, [...(this.#byStream.get(config.stream) ?? []), group])
  }

  async #remove(group: Group): Promise<void> {
    const { stream, group: name } = group.config
    this.#groups.delete(keyOf(stream, name))
    this.#byStream.set(
      stream,
      (this.#byStream.get(stream) ?? []).filter((other) => other !== group),
    )
    await group.stop()
  }

  async #removeAll(): Promise<void> {
    await Promise.all([...this.#groups.values()].map((group) => this.#remove(group)))
  }
}
