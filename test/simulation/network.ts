import type { Scheduler } from './scheduler.ts'
import type { Weather } from './weather.ts'

/** A process while it lives. Dead, nothing that waits in it is ever answered. */
export type Life = { readonly name: string; alive: boolean }

/** What lies between a process and everything else. */
export type Network = {
  /**
   * Resolves a while later, with false when it would have taken longer than the caller waits. Never, if the process has died by then, or
   * dies right there: whatever stood behind this await is not done, whatever stood before it has been.
   */
  hop(life: Life, longestMs: number, what: string): Promise<boolean>
  /** Resolves after just so long, if the process still lives. */
  sleep(life: Life, milliseconds: number): Promise<void>
  /** What has been sent arrives a while later, whether the sender still lives or not; not before `heldForMs` are over. */
  send(what: string, arrive: () => void, heldForMs?: number): void
  /** An answer on its way to who may have died, or may die of it. */
  answer(life: Life, what: string, take: () => void): void
  /** Calls when the time is up, if the process still lives. */
  timer(life: Life, milliseconds: number, what: string, ring: () => void | 'nothing'): void
}

export type NetworkParts = { readonly scheduler: Scheduler; readonly weather: Weather; readonly kill: (life: Life) => void }

export const createNetwork = ({ scheduler, weather, kill }: NetworkParts): Network => {
  const answer: Network['answer'] = (life, what, take) => {
    scheduler.after(weather.latency(), `${life.name}: ${what}`, () => {
      if (!life.alive) return 'nothing'
      if (weather.crashes()) kill(life)
      else take()
    })
  }
  const hop: Network['hop'] = (life, longestMs, what) => {
    const latency = weather.latency()
    return new Promise((resolve) => {
      scheduler.after(Math.min(latency, longestMs), `${life.name}: ${what}`, () => {
        if (!life.alive) return 'nothing'
        if (weather.crashes()) kill(life)
        else resolve(latency <= longestMs)
      })
    })
  }
  const timer: Network['timer'] = (life, milliseconds, what, ring) => {
    scheduler.after(milliseconds, `${life.name}: ${what}`, () => (life.alive ? ring() : 'nothing'))
  }

  return {
    hop,
    sleep: (life, milliseconds) => new Promise((resolve) => { timer(life, milliseconds, 'has waited', resolve) }),
    send: (what, arrive, heldForMs = 0) => { scheduler.after(weather.latency() + heldForMs, what, arrive) },
    answer,
    timer,
  }
}
