import { stockNeverNegative } from './01-stock.ts'
import { moneyIsRight } from './02-money.ts'
import { closedOrdersKeepNothing } from './03-closed-orders.ts'
import { confirmedOrdersAreWhole } from './04-confirmed-orders.ts'
import { ordersComeToRest } from './05-orders-come-to-rest.ts'
import { oneAnswerForAKey } from './06-one-answer-a-key.ts'
import { oneMessageForAnEvent } from './07-one-message.ts'
import { readRowsAreFolds } from './08-read-models.ts'
import { everyEventHasACause } from './09-cause.ts'
import { stockAndMoneyFitTheStatus } from './10-stock-and-money-fit-the-status.ts'
import { answersRestOnTheLog } from './11-answers-rest-on-the-log.ts'
import { salesAreWhatTheOrdersSay } from './12-sales.ts'
import type { Statement } from './statement.ts'

/** What must always hold: ten in the order in which the domain states them, what anybody is told, and what is reported. */
export const statements: readonly Statement[] = [
  stockNeverNegative,
  moneyIsRight,
  closedOrdersKeepNothing,
  confirmedOrdersAreWhole,
  ordersComeToRest,
  oneAnswerForAKey,
  oneMessageForAnEvent,
  readRowsAreFolds,
  everyEventHasACause,
  stockAndMoneyFitTheStatus,
  answersRestOnTheLog,
  salesAreWhatTheOrdersSay,
]
