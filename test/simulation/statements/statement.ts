import type { OrderPlaced } from '../../../domain/orders/order.ts'
import type { ProviderBooks } from '../outside/provider-books.ts'
import type { SentMessage } from '../outside/message-servers.ts'
import type { ParkedMessage } from '../groups.ts'
import type { Tables } from '../read-models.ts'
import type { Log } from './log.ts'
import type { Standing } from './standings.ts'

/** What one POST of an order asked for and was answered. The times are any count that grows. */
export type Post = {
  readonly customerId: string
  readonly key: string
  readonly requestHash: string
  readonly startedAt: number
  readonly endedAt: number
  readonly answer:
    | { readonly kind: 'accepted'; readonly placed: OrderPlaced; readonly position: string }
    | { readonly kind: 'refused'; readonly code: string }
    | { readonly kind: 'no_answer' }
}

/** An operator asked for something to be done about a refund whose attempt had failed, and was answered that it is done. */
export type OperatorAnswer = {
  readonly type: 'RetryRefund' | 'SettleRefund' | 'WithdrawRefund'
  readonly orderId: string
  readonly refundId: string
  readonly attempt: number
}

/** What is known when nothing moves any more. The log is enough; what else is given is held against it. */
export type Quiet = {
  readonly events: Log
  readonly standings: ReadonlyMap<string, Standing>
  readonly posts?: readonly Post[]
  readonly operatorAnswers?: readonly OperatorAnswer[]
  /** Parked, and not resolved. */
  readonly parkedMessages?: readonly ParkedMessage[]
  readonly books?: ProviderBooks
  readonly messages?: readonly SentMessage[]
  readonly tables?: Tables
  /** No process died or stood still, nothing was lost, nothing was away; events may have come late, and twice. */
  readonly undisturbed?: boolean
  /** A message was lost, for good where the order was at rest all the same: nobody has noted then what changes nothing. */
  readonly lossy?: boolean
  /** By when an order must have been confirmed or closed. */
  readonly decidedBy?: (placedAt: Date) => Date
}

/** Takes the log append by append, from its start, and answers what is wrong from there on. */
export type Watch = (append: Log) => readonly string[]

/** One of the things that must always hold. What it answers are sentences about what is wrong; none when all is well. */
export type Statement = {
  readonly number: number
  readonly says: string
  /** At every prefix of the log. */
  readonly watch?: () => Watch
  /** When all is quiet. */
  readonly whenQuiet?: (quiet: Quiet) => readonly string[]
}
