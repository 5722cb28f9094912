import type { Disputes } from './disputes.ts'
import { textOf, textsOf, type Parameters } from './form.ts'
import { invalidRequest, missing, type Dispute, type PaymentIntent } from './objects.ts'
import type { PaymentIntents } from './payment-intents.ts'
import type { Refunds } from './refunds.ts'

export type ListsOptions = {
  readonly now: () => Date
  /** After how long the search finds something: docs.stripe.com/search, "Data freshness". */
  readonly indexedAfterMs: number
  readonly intents: Pick<PaymentIntents, 'all' | 'retrieve'>
  readonly refunds: Pick<Refunds, 'all' | 'of'>
  readonly disputes: Pick<Disputes, 'all' | 'of'>
}

/** docs.stripe.com/api/pagination: newest first, 1 to 100 at once, the next page after the last id; by the time at which they were made. */
const pageOf = <Item extends { readonly id: string; readonly created: number }>(
  all: readonly Item[],
  parameters: Parameters,
) => {
  const { gte = '0', lte = '1e15' } = textsOf(parameters, 'created')
  const newestFirst = all.filter(({ created }) => created >= Number(gte) && created <= Number(lte)).toReversed()
  const after = textOf(parameters, 'starting_after')
  const from = after === undefined ? 0 : newestFirst.findIndex(({ id }) => id === after) + 1
  const limit = Number(textOf(parameters, 'limit') ?? 10)
  if (!(limit >= 1 && limit <= 100)) throw invalidRequest('limit', { param: 'limit' })
  return { object: 'list', data: newestFirst.slice(from, from + limit), has_more: from + limit < newestFirst.length }
}

const isExpanded = (parameters: Parameters, field: string): boolean =>
  Object.values(textsOf(parameters, 'expand')).includes(field)

export const createLists = ({ now, indexedAfterMs, intents, refunds, disputes }: ListsOptions) => {
  /** Of a payment, where it is named. */
  const chosen = <Item>(
    from: { readonly all: () => readonly Item[]; readonly of: (id: string) => readonly Item[] },
    asked: Parameters,
  ): readonly Item[] => {
    const intentId = textOf(asked, 'payment_intent')
    if (intentId === undefined) return from.all()
    if (!intents.all().some(({ id }) => id === intentId))
      throw missing(`payment_intent: '${intentId}'`, 'payment_intent', 400)
    return from.of(intentId)
  }
  /** docs.stripe.com/api/expanding_objects; in lists from `data` on. */
  const expanded = (
    dispute: Dispute,
    isAsked: boolean,
  ): Omit<Dispute, 'payment_intent'> & { payment_intent: string | PaymentIntent } =>
    isAsked ? { ...dispute, payment_intent: intents.retrieve(dispute.payment_intent) } : dispute

  return {
    intents: (asked: Parameters) => pageOf(intents.all(), asked),
    refunds: (asked: Parameters) => pageOf(chosen(refunds, asked), asked),
    disputes(asked: Parameters) {
      const page = pageOf(chosen(disputes, asked), asked)
      const isAsked = isExpanded(asked, 'data.payment_intent')
      return { ...page, data: page.data.map((dispute) => expanded(dispute, isAsked)) }
    },
    dispute: (dispute: Dispute, asked: Parameters) => expanded(dispute, isExpanded(asked, 'payment_intent')),
    search(asked: Parameters) {
      const wanted = /^metadata\['(\w+)'\]:'([^']*)'$/.exec(textOf(asked, 'query') ?? '')
      if (wanted === null) throw invalidRequest('query', { param: 'query' })
      const [, name = '', value] = wanted
      const isIndexed = (created: number) => created * 1_000 <= now().getTime() - indexedAfterMs
      const data = intents.all().filter(({ created, metadata }) => isIndexed(created) && metadata[name] === value)
      return { object: 'search_result', data, has_more: false, next_page: null }
    },
  }
}
