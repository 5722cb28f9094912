import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import type { RefusalCode } from '../../domain/shared/refusal.ts'
import { isTest, root, sourceFiles } from './source-files.ts'

/**
 * Whether a service's handler can come to this refusal, which parks the event then; every other one is told to whoever asked. A code that
 * is new has to be entered here.
 */
const isParked: Readonly<Record<RefusalCode, boolean>> = {
  order_not_found: true,
  payment_not_found: true,
  provider_outcome_incomplete: true,
  foreign_payment: true,
  reservation_not_held: true,

  already_shipped: false,
  document_reused: false,
  key_reused: false,
  mixed_currencies: false,
  not_confirmed: false,
  not_shipped: false,
  notification_not_found: false,
  order_closed: false,
  out_of_stock: false,
  payment_disputed: false,
  price_changed: false,
  product_discontinued: false,
  product_exists: false,
  refund_exceeds_line: false,
  refund_exceeds_payment: false,
  refund_not_failed: false,
  refund_not_found: false,
  refund_of_nothing: false,
  refund_reused: false,
  reservation_closed: false,
  stock_reserved: false,
  total_too_large: false,
  unknown_sku: false,
}

const production = sourceFiles().filter((file) => !isTest(file))
const within = (...folders: readonly string[]): string =>
  production
    .filter(({ path }) => folders.some((folder) => path.startsWith(`${folder}/`)))
    .map(({ text }) => text)
    .join('\n')
const found = (text: string, pattern: RegExp): readonly string[] =>
  [...text.matchAll(pattern)].map(([, code = '']) => code)

/** Every reason for which an event is parked, as the code has them. */
const reasons = (): readonly string[] => [
  ...new Set([
    ...Object.entries(isParked)
      .filter(([, parked]) => parked)
      .map(([code]) => code),
    ...found(within('infrastructure'), /new UndecodableEvent\('(\w+)'/g),
    ...found(within('infrastructure/subscriptions', 'processors'), /code: '(\w+)',\s+message/g),
    ...found(within('processors/dead-letters'), /waitsBehindCode = '(\w+)'/g),
  ]),
]

describe('the page of dead letters', () => {
  const page = readFileSync(join(root, 'docs', 'operations', 'dead-letters.md'), 'utf8')

  it('says of every reason for which an event is parked what it means, how to see more, and what to do; and of no other', () => {
    const paragraphs = (page.split('## What each reason means')[1] ?? '').split(/^### /m).slice(1)
    expect(paragraphs.map((paragraph) => /^`(\w+)`\n/.exec(paragraph)?.[1]).sort()).to.deep.equal([...reasons()].sort())
    expect(reasons()).to.include.members([
      'schema_mismatch',
      'unexpected_error',
      'unusable_event',
      'parked_by_server',
      'waits_behind',
      'kills_the_process',
    ])
    for (const paragraph of paragraphs)
      expect(paragraph).to.match(/^.+\n\n.{10,}\n\n- \*\*See:\*\* .{10,}\n- \*\*Do:\*\* .{10,}\n/)
  })

  it('takes for parked every refusal that is told to nobody who asks: no route declares it, and no handler expects it', () => {
    const declared = found(within('command-api'), /refusals: \[([^\]]*)\]/g).flatMap((list) => found(list, /'(\w+)'/g))
    const expected = found(within('processors'), /error\.code [!=]== '(\w+)'/g)
    const others = Object.keys(isParked).filter((code) => !declared.includes(code) && !expected.includes(code))
    expect(declared).to.include('already_shipped')
    expect(others.filter((code) => !isParked[code as RefusalCode])).to.deep.equal([])
  })
})
