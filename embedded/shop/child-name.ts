/** The processes of the shop, the embedded servers among them. */
export type ChildName =
  | 'event-store'
  | 'payment-provider'
  | 'mail-catcher'
  | 'command-api'
  | 'processors'
  | 'projections'
  | 'read-api'
  | 'console'
