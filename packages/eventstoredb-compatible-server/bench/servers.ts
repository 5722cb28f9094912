import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startChild, type Child } from './child.ts'
import { fill } from './fill.ts'
import type { Side } from './measurements.ts'

/** What the servers hold before anything is measured. */
export type Sizes = { readonly events: number; readonly queued: number; readonly many: number }

/** The servers of a run, each a process of its own, started when first needed. */
export class Servers {
  readonly sizes: Sizes
  readonly #root = mkdtempSync(join(tmpdir(), 'bench-event-store-'))
  readonly #children = new Map<string, Promise<Child>>()
  readonly #profile: readonly string[]
  #many: Promise<string> | undefined

  /** `profile` is a folder for a CPU profile of the event store. */
  constructor(sizes: Sizes, profile?: string) {
    this.sizes = sizes
    this.#profile = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`]
  }

  async eventStore(): Promise<Side> {
    const data = join(this.#root, 'server')
    const { url } = await this.#started('server', async () => {
      await fill(data, this.sizes)
      return startChild('server', ['--port', '0', '--data', data], this.#profile)
    })
    return { url, isBare: false }
  }

  /** Stores nothing. */
  async bare(): Promise<Side> {
    return { url: (await this.#started('bare', () => startChild('bare', []))).url, isBare: true }
  }

  /** Puts every append into lmdb, on the disk that the event store is on. */
  async durable(): Promise<Side> {
    const data = join(this.#root, 'durable')
    return { url: (await this.#started('durable', () => startChild('bare', ['--data', data]))).url, isBare: true }
  }

  /** Milliseconds until a server with nothing in its directory is ready, and gone again. */
  async startEmpty(): Promise<number> {
    const data = this.newDirectory()
    const milliseconds = await timeToReady('server', ['--port', '0', '--data', data])
    rmSync(data, { recursive: true })
    return milliseconds
  }

  async startWithMany(): Promise<number> {
    const data = join(this.#root, 'many')
    await (this.#many ??= fill(data, { events: this.sizes.many, queued: 0 }).then(() => data))
    return timeToReady('server', ['--port', '0', '--data', data])
  }

  async startBare(): Promise<number> {
    return timeToReady('bare', [])
  }

  newDirectory(): string {
    return mkdtempSync(join(this.#root, 'data-'))
  }

  async stop(): Promise<void> {
    for (const child of await Promise.allSettled(this.#children.values()))
      if (child.status === 'fulfilled') await child.value.stop()
    rmSync(this.#root, { recursive: true, force: true })
  }

  #started(name: string, start: () => Promise<Child>): Promise<Child> {
    const before = this.#children.get(name)
    if (before !== undefined) return before
    const started = start()
    this.#children.set(name, started)
    return started
  }
}

const timeToReady = async (...start: Parameters<typeof startChild>): Promise<number> => {
  const child = await startChild(...start)
  await child.stop()
  return child.milliseconds
}
