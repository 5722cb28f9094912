import type { Life } from './processes.ts'
import type { Scheduler } from './scheduler.ts'
import type { Weather } from './weather.ts'

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

export type NetworkParts = {
  readonly scheduler: Scheduler
  readonly weather: Weather
  readonly kill: (life: Life) => void
  readonly freeze: (life: Life, until: number) => void
  /** Told of each step of a process, before it is made; answers whether the process dies instead. */
  readonly diesAt?: ((life: Life, what: string) => boolean) | undefined
}

/** The moment at which most goes wrong: something has been done, and who asked for it does not know yet. */
const dangerAfterEffect = 4

export const createNetwork = ({ scheduler, weather, kill, freeze, diesAt }: NetworkParts): Network => {
  /** A dead process does nothing; one that stands still does it when it goes on. */
  const inLife = (life: Life, delayMs: number, what: string, act: () => void | 'nothing'): void => {
    scheduler.after(delayMs, `${life.name}: ${what}`, () => {
      if (!life.alive) return 'nothing'
      if (scheduler.now() >= life.frozenUntil) return act()
      inLife(life, life.frozenUntil - scheduler.now(), what, act)
      return 'nothing'
    })
  }

  /** One step of a process, before which it may die or stand still. */
  const step = (life: Life, delayMs: number, what: string, act: () => void, danger = 1): void => {
    inLife(life, delayMs, what, () => {
      if (diesAt?.(life, what) === true) return kill(life)
      life.stepsLeft -= 1
      if (weather.crashes(danger) || (life.stepsLeft < 0 && weather.isStormy())) return kill(life)
      const { milliseconds, stepsLeft } = weather.freezesFor(danger)
      if (milliseconds === 0) return act()
      life.stepsLeft = stepsLeft
      freeze(life, scheduler.now() + milliseconds)
      inLife(life, milliseconds, what, act)
    })
  }

  return {
    hop: (life, longestMs, what) => {
      const latency = weather.latency()
      return new Promise((resolve) => {
        step(life, Math.min(latency, longestMs), what, () => resolve(latency <= longestMs))
      })
    },
    sleep: (life, milliseconds) =>
      new Promise((resolve) => {
        inLife(life, milliseconds, 'has waited', resolve)
      }),
    send: (what, arrive, heldForMs = 0) => {
      scheduler.after(weather.latency() + heldForMs, what, arrive)
    },
    answer: (life, what, take) => {
      step(life, weather.latency(), what, take, dangerAfterEffect)
    },
    timer: inLife,
  }
}
