import { expect } from 'chai'
import { isTest, sourceFiles, type SourceFile } from './source-files.ts'

/** In comments too. */
const never = [
  'shop',
  'customer',
  'refund',
  'payment',
  'inventory',
  'catalogue',
  'sku',
  'stock',
  'cart',
  'shipment',
  'notification',
  'price',
  'currency',
]
/** Words that have another meaning as well: in comments, and in SQL. */
const notInCode = ['order', 'product', 'reservation', 'provider', 'operator', 'charge', 'mail']

const withoutComments = (text: string): string => text.replaceAll(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, '')
const withoutSql = (text: string): string => text.replaceAll(/\border by\b/g, '')
/** `orderId` is of the order, and so is `order_id`; `border` is not. */
const words = (text: string): string => text.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, ' ').replaceAll('_', ' ')
const wordsIn = (text: string, list: readonly string[]): readonly string[] =>
  [...words(text).matchAll(new RegExp(`\\b(?:${list.join('|')})s?\\b`, 'gi'))].map(([word]) => word.toLowerCase())

const wordsOfTheShopIn = (text: string): readonly string[] =>
  [...new Set([...wordsIn(text, never), ...wordsIn(withoutSql(withoutComments(text)), notInCode)])].sort()

describe('the infrastructure knows no word of the shop', () => {
  const isInfrastructure = (file: SourceFile): boolean => file.path.startsWith('infrastructure/') && !isTest(file)

  it('finds them where they are', () => {
    expect(
      wordsOfTheShopIn('const orderId = x // of the customer\n/* in order */ `select 1 order by 2` border'),
    ).to.deep.equal(['customer', 'order'])
    expect(wordsOfTheShopIn("'order_not_found' // refunds\n")).to.deep.equal(['order', 'refunds'])
  })

  it('none is in its sources', () => {
    const sources = sourceFiles().filter(isInfrastructure)
    expect(sources.length).to.be.greaterThan(100)
    const found = sources.flatMap(({ path, text }) => wordsOfTheShopIn(text).map((word) => `${path}: ${word}`))
    const other = [
      // OAuth's word for what issues tokens.
      'infrastructure/http/authentication.ts: provider',
      // Whoever is called outside.
      'infrastructure/outside/circuit-breaker.ts: provider',
      'infrastructure/outside/errors.ts: provider',
    ]
    expect(found.filter((line) => !other.includes(line))).to.deep.equal([])
  })
})
