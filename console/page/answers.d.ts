// What the APIs answer, as far as the page looks at it. Their own descriptions are at /openapi.json of each process.

export type Money = { readonly amount: number; readonly currency: string }

export type OrderStatus = 'placed' | 'confirmed' | 'shipped' | 'delivered' | 'rejected' | 'cancelled'

export type Line = {
  readonly sku: string
  readonly name: string
  readonly quantity: number
  readonly unitPrice: Money
  readonly refunded?: number
}

export type Order = {
  readonly orderId: string
  readonly number: string
  readonly customerId: string
  readonly status: OrderStatus
  readonly reason?: string
  readonly delayed?: true
  readonly shortages?: readonly { readonly sku: string; readonly wanted: number; readonly available: number }[]
  readonly lines: readonly Line[]
  readonly total: Money
  readonly payment: {
    readonly status: string
    readonly actionUrl?: string
    readonly captured?: Money
    readonly duplicates?: readonly { readonly amount: Money; readonly refund?: string }[]
    readonly refunded: Money
    readonly dispute?: string
    readonly chargedBack: Money
  }
  readonly attention?: readonly string[]
  readonly fulfilment: string
  readonly revision: number
  readonly placedAt: string
  readonly updatedAt: string
  readonly stale?: unknown
}

export type Service = 'order' | 'inventory' | 'payment' | 'notification'

export type Actor = { readonly type: 'customer' | 'operator'; readonly id: string }

export type Happened = {
  readonly id?: string
  readonly causationId?: string
  readonly actor?: Actor
  readonly traceId?: string
  readonly type: string
  readonly service: Service
  readonly at: string
  readonly data: Readonly<Record<string, unknown>>
}

export type Page<Item> = { readonly items: readonly Item[]; readonly nextCursor: string | null }

export type DeadLetter = {
  readonly group: string
  readonly number: number
  readonly parkedAt: string
  readonly ageSeconds: number
  readonly key: string | null
  readonly code: string
  readonly reason: {
    readonly code: string
    readonly message: string
    readonly attempts?: number
    readonly handlerVersion?: string
  }
  readonly event: {
    readonly id: string
    readonly stream: string
    readonly revision: number | null
    readonly type: string
    readonly recordedAt: string
  } | null
  readonly attempts: number
  readonly lastFailure: string | null
  readonly waitsFor: number | null
  readonly waiting: number
  readonly settled: {
    readonly at: string
    readonly by: string
    readonly verdict: string
    readonly why: string | null
  } | null
}

export type WholeDeadLetter = DeadLetter & {
  readonly data: unknown
  readonly metadata: unknown
  readonly history: readonly {
    readonly number: number
    readonly what: string
    readonly by: string
    readonly at: string
    readonly why: string | null
    readonly outcome: string | null
  }[]
  readonly recent: readonly { readonly type: string; readonly at: string; readonly place: string }[]
  readonly retryWould: {
    readonly commands: readonly string[]
    readonly events: readonly { readonly stream: string; readonly type: string }[]
    readonly intents: readonly string[]
    readonly failure: string | null
  }
  readonly waitingLetters: readonly number[]
}

export type StreamEvent = {
  readonly id: string
  readonly stream: string
  readonly revision: string
  readonly position: string | null
  readonly type: string
  readonly created: string
  readonly data: unknown
  readonly metadata: unknown
  readonly link?: { readonly stream: string; readonly revision: string; readonly metadata: unknown }
  readonly masked?: readonly string[]
  readonly cursor: string
}

export type StreamPage = {
  readonly stream: string
  readonly direction: string
  readonly items: readonly StreamEvent[]
  readonly older: string | null
  readonly newer: string | null
}

export type StreamsFound = {
  readonly items: readonly { readonly stream: string; readonly lastType: string; readonly lastAt: string }[]
  readonly categories: readonly string[]
  readonly system: readonly string[]
}

export type Projection = {
  readonly name: string
  readonly version: number
  readonly position: string | null
  readonly events: number
  readonly lastEventAt: string | null
  readonly caughtUp: boolean
  readonly standsStill: string | null
  readonly lagSeconds: number
  readonly setAside: {
    readonly count: number
    readonly first: readonly {
      readonly key: string
      readonly eventId: string
      readonly eventType: string
      readonly error: string
    }[]
  }
  readonly rebuild: { readonly version: number; readonly share: number; readonly verifying?: boolean } | null
  readonly verification?: Verification | null
  readonly putBack?: { readonly by: string; readonly at: string } | null
}

type RowsOfAKind = { readonly count: number; readonly keys: readonly string[] }

/** How a table that was built anew differed from the one that was live. */
export type Verification =
  | {
      readonly compared: true
      readonly rows: number
      readonly onlyLive: RowsOfAKind
      readonly onlyNew: RowsOfAKind
      readonly different: RowsOfAKind
      readonly columnsAdded: readonly string[]
      readonly columnsDropped: readonly string[]
    }
  | { readonly compared: false; readonly reason: string }

export type Rebuild = {
  readonly name: string
  readonly state: 'none' | 'running' | 'done' | 'failed'
  readonly startedAt?: string
  readonly endedAt?: string
  readonly events?: number
  readonly share?: number
  readonly failure?: string
  readonly phase?: 'catching_up' | 'verifying'
  readonly verification?: Verification
  readonly dryRun?: true
}

export type Rollback = Rebuild & {
  readonly kept: { readonly generation: number; readonly version: number; readonly since: string } | null
  readonly refusal: string | null
}

export type Group = {
  readonly group: string
  readonly here: {
    readonly state: string
    readonly reason?: string
    readonly inFlight: number
    readonly oldestUnhandledAt?: string
  } | null
  readonly store: {
    readonly status: string
    readonly parked: number | null
    readonly inFlight: number
    readonly connections: number
    readonly lagBytes: number | null
  } | null
  readonly problem?: string
  readonly differences: readonly { readonly setting: string; readonly wanted: string; readonly found: string }[]
}

export type Deadline = {
  readonly confirmWithinSeconds: number
  readonly actionGraceSeconds: number
  readonly latestSeconds: number
}

export type Breaker = { readonly outside: string; readonly state: string }

export type FollowUps = {
  readonly deadline: Deadline
  readonly role: string
  readonly reasons: readonly string[]
  readonly openIntents: readonly {
    readonly kind: string
    readonly count: number
    readonly oldestSince: string
    readonly due: number
  }[]
}

/** What an event stream tells. */
export type Told = { readonly event: string; readonly data: unknown }

export type ToldOfOrders =
  | { readonly event: 'caught-up' | 'reload'; readonly data: unknown }
  | { readonly event: 'gone'; readonly data: { readonly orderId: string } }
  | { readonly event: 'order'; readonly data: Order }

export type ToldOfStream = { readonly event: 'event'; readonly data: StreamEvent }
