import type { CallName } from './calls.ts'

/** `arrived`: it is there as a whole, and nothing is done. `performed`: done, and not answered. */
export type GatePlace = 'arrived' | 'performed'

/** Somebody's request, held. */
export type Held = {
  readonly orderId: string | undefined
  /** Whoever asked has gone, and waits for no answer any more. */
  isAbandoned(): boolean
  /** Lets it go on. Resolves when it has come to its end: answered, or whoever asked is gone. */
  goOn(): Promise<void>
  /** Its connection breaks off; what is not done yet never is. */
  cut(): void
}

export type Holding = {
  readonly call: CallName
  readonly place: GatePlace
  /** About this order; else about any, or none. */
  readonly orderId?: string
  /** How many such calls pass before one is held. Default none. */
  readonly after?: number
  /** How many are held. Default one. */
  readonly times?: number
}

export type Gate = {
  /** All that it has held, in the order in which they came. */
  held(): readonly Held[]
  /** From now on it holds nobody. Those that it has held stay so. */
  open(): void
}

type Passing = {
  readonly call: CallName
  readonly orderId: string | undefined
  readonly isAbandoned: () => boolean
  readonly over: Promise<void>
}
type Standing = Holding & { readonly all: Held[]; passes: number; left: number }

/** Requests can be held on their way through, by any number of gates, one after another. */
export const createGates = () => {
  const gates: Standing[] = []

  const isFor = ({ call, place, orderId }: Holding, at: GatePlace, passing: Passing): boolean =>
    call === passing.call && place === at && (orderId === undefined || orderId === passing.orderId)

  /** Resolves to whether it goes on. */
  const holdAt = (gate: Standing, { orderId, isAbandoned, over }: Passing): Promise<boolean> =>
    new Promise((resolve) => {
      gate.all.push({
        orderId,
        isAbandoned,
        goOn: () => {
          resolve(true)
          return over
        },
        cut: () => {
          resolve(false)
        },
      })
    })

  return {
    hold: (holding: Holding): Gate => {
      const gate: Standing = { ...holding, all: [], passes: holding.after ?? 0, left: holding.times ?? 1 }
      gates.push(gate)
      return {
        held: () => gate.all,
        open: () => {
          gate.left = 0
        },
      }
    },

    /** Resolves when nobody holds it any more: to false when it was cut. */
    async pass(at: GatePlace, passing: Passing): Promise<boolean> {
      const passed = new Set<Standing>()
      for (const gate of gates) {
        if (gate.passes === 0 || !isFor(gate, at, passing)) continue
        gate.passes -= 1
        passed.add(gate)
      }
      // Those that stood when it came.
      for (const gate of [...gates]) {
        if (passed.has(gate) || gate.left === 0 || !isFor(gate, at, passing)) continue
        gate.left -= 1
        if (!(await holdAt(gate, passing))) return false
      }
      return true
    },
  }
}

export type Gates = ReturnType<typeof createGates>
