import { textOf, textsOf, type Parameters } from './form.ts'

/** What the API is asked for, by the shop's words. */
export const callNames = [
  'create payment',
  'list payments',
  'search payments',
  'retrieve payment',
  'cancel payment',
  'create refund',
  'list refunds',
  'retrieve refund',
  'list disputes',
  'retrieve dispute',
] as const
export type CallName = (typeof callNames)[number]

const routes: Readonly<Record<string, CallName>> = {
  'POST payment_intents': 'create payment',
  'GET payment_intents': 'list payments',
  'GET payment_intents search': 'search payments',
  'GET payment_intents :id': 'retrieve payment',
  'POST payment_intents :id cancel': 'cancel payment',
  'POST refunds': 'create refund',
  'GET refunds': 'list refunds',
  'GET refunds :id': 'retrieve refund',
  'GET disputes': 'list disputes',
  'GET disputes :id': 'retrieve dispute',
}

export type Call = {
  readonly name: CallName
  /** In the path; empty where there is none. */
  readonly id: string
  readonly parameters: Parameters
}

/** Undefined: there is no such route. */
export const callOf = (method: string, path: string, parameters: Parameters): Call | undefined => {
  const [, collection, id, action] = /^\/v1\/(\w+)(?:\/(\w+))?(?:\/(\w+))?$/.exec(path) ?? []
  const parts = [method, collection, id === undefined || id === 'search' ? id : ':id', action]
  const name = routes[parts.filter(Boolean).join(' ')]
  return name === undefined ? undefined : { name, id: id ?? '', parameters }
}

/** Of the order that the call is about: named by it, or by the payment it is about. A list or a search is about none. */
export const orderOfCall = (
  { id, parameters }: Call,
  paymentBy: (id: string) => { readonly metadata: Readonly<Record<string, string>> } | undefined,
): string | undefined => {
  const named = textsOf(parameters, 'metadata')['order_id']
  const payment = paymentBy(textOf(parameters, 'payment_intent') ?? id)
  return named ?? payment?.metadata['order_id']
}
