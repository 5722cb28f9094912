/** Answers 'finished', or after how many milliseconds it wants to be called again. Must not reject. */
export type Work = () => Promise<'finished' | number>

export type KeyedExecutor = {
  /**
   * Runs `work` after everything added for the key before, and side by side with other keys' work. While it waits to be called again
   * it takes no one else's place, but its key waits with it. `dropped` is called instead when it is forgotten before it has finished.
   */
  add(key: string, work: Work, dropped: () => void): void
  /** Answers when something more may be added. */
  room(): Promise<void>
  /** Work that has been added and has not finished. */
  held(): number
  /** Drops all work that is not running; what is running goes on and is not called again. Its key waits for it, also for work added later. */
  forget(): void
  /** Takes that back for work that ran then and still runs: should it want to be called again, it is. */
  remember(work: Work): void
  /** Nothing is running (any more). */
  settled(): Promise<void>
}

type Job = { readonly work: Work; readonly dropped: () => void }
type Lane = {
  readonly key: string
  readonly jobs: Job[]
  state: 'ready' | 'running' | 'waiting'
  timer: NodeJS.Timeout | undefined
}

export const createKeyedExecutor = ({
  maxRunning,
  maxHeld,
}: {
  readonly maxRunning: number
  readonly maxHeld: number
}): KeyedExecutor => {
  const lanes = new Map<string, Lane>()
  /** Of what is running. */
  const forgotten = new Set<Work>()
  let ready: Lane[] = []
  let running = 0
  let held = 0
  let waitingForRoom: (() => void)[] = []
  let waitingForRest: (() => void)[] = []

  const tell = () => {
    if (held < maxHeld) {
      const waiting = waitingForRoom
      waitingForRoom = []
      for (const go of waiting) go()
    }
    if (running === 0) {
      const waiting = waitingForRest
      waitingForRest = []
      for (const go of waiting) go()
    }
  }

  const makeReady = (lane: Lane) => {
    lane.state = 'ready'
    lane.timer = undefined
    ready.push(lane)
    pump()
  }

  const pump = () => {
    while (running < maxRunning) {
      const lane = ready.shift()
      if (lane === undefined) return
      void run(lane)
    }
  }

  const run = async (lane: Lane) => {
    const job = lane.jobs[0]
    if (job === undefined) return
    lane.state = 'running'
    running += 1
    const result = await job.work()
    running -= 1
    const isForgotten = forgotten.delete(job.work)
    if (result !== 'finished' && !isForgotten) {
      lane.state = 'waiting'
      lane.timer = setTimeout(makeReady, result, lane)
    } else {
      lane.jobs.shift()
      held -= 1
      if (result !== 'finished') job.dropped()
      if (lane.jobs.length === 0) lanes.delete(lane.key)
      else makeReady(lane)
    }
    tell()
    pump()
  }

  return {
    add(key, work, dropped) {
      const job: Job = { work, dropped }
      held += 1
      const lane = lanes.get(key)
      if (lane !== undefined) {
        lane.jobs.push(job)
        return
      }
      const own: Lane = { key, jobs: [job], state: 'ready', timer: undefined }
      lanes.set(key, own)
      makeReady(own)
    },

    async room() {
      // Whoever was let in before may have taken the place.
      while (held >= maxHeld)
        await new Promise<void>((resolve) => {
          waitingForRoom.push(resolve)
        })
    },

    held: () => held,

    forget() {
      ready = []
      for (const lane of [...lanes.values()]) {
        clearTimeout(lane.timer)
        const first = lane.state === 'running' ? 1 : 0
        const dropped = lane.jobs.splice(first)
        for (const { work } of lane.jobs) forgotten.add(work)
        if (first === 0) lanes.delete(lane.key)
        held -= dropped.length
        for (const job of dropped) job.dropped()
      }
      tell()
    },

    remember: (work) => {
      forgotten.delete(work)
    },

    async settled() {
      while (running > 0)
        await new Promise<void>((resolve) => {
          waitingForRest.push(resolve)
        })
    },
  }
}
