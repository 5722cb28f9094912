import { expect } from 'chai'
import type { Verification } from './page/answers.d.ts'
import { pageOf, projection } from '../test/console/answers.ts'
import { describePage } from '../test/console/page-under-test.ts'

const none = { count: 0, keys: [] }
const same: Extract<Verification, { readonly compared: true }> = {
  compared: true,
  rows: 1_204,
  onlyLive: none,
  onlyNew: none,
  different: none,
  columnsAdded: [],
  columnsDropped: [],
}
const differing: Verification = {
  ...same,
  onlyNew: { count: 1, keys: ['new-one'] },
  different: { count: 3_000, keys: ['a', 'b'] },
  columnsAdded: ['delayed_since'],
}

describePage('rebuilds and rollbacks in the console', (at) => {
  it('shows how far a rebuild is, and what came of it', async () => {
    const { page } = at()
    let rebuild: object = { state: 'running', share: 0.25, events: 250 }
    at().apis = {
      '/api/read/v1/projections': () => pageOf(projection('orders'), projection('open_intents')),
      '/api/projections/v1/projections/orders/rebuild': () => ({ body: { name: 'orders', ...rebuild } }),
    }
    await page.goto('/#/projections')
    const bar = page.getByRole('progressbar', { name: 'Rebuild of orders' })
    const shows = (text: string) =>
      page
        .getByRole('region', { name: /^orders/ })
        .filter({ hasText: text })
        .waitFor()
    await shows('25 %')
    expect(await bar.getAttribute('value')).to.equal('0.25')
    rebuild = { state: 'running', share: 0.75, events: 750 }
    await shows('75 %')
    expect(await bar.getAttribute('value')).to.equal('0.75')
    rebuild = { state: 'running', phase: 'verifying', share: 1, events: 1_000 }
    await shows('Verifying: it is compared with the live table.')
    rebuild = { state: 'done', events: 1_000, verification: same }
    await shows('Built anew from 1000 events')
    await shows('verified: 0 of 1,204 rows differ')
    expect(await bar.count()).to.equal(0)
    rebuild = { state: 'failed', failure: 'an event could not be folded' }
    await shows('The rebuild failed: an event could not be folded. The live table is as it was.')
    expect(await page.getByRole('button', { name: 'Rebuild open_intents' }).count()).to.equal(0)
  })

  it('puts a table back once it was asked and has said what will happen, and shows who did', async () => {
    const { page } = at()
    const kept = { generation: 2, version: 1, position: null, since: '2026-03-01T12:00:00.000Z' }
    let rollback: object = { kept: null, refusal: 'no table before orders is kept', state: 'none' }
    let putBack: object | null = null
    const posted: unknown[] = []
    at().apis = {
      '/api/read/v1/projections': () => pageOf({ ...projection('orders'), putBack }),
      '/api/projections/v1/projections/orders/rebuild': () => ({ body: { name: 'orders', state: 'none' } }),
      '/api/projections/v1/projections/orders/rollback': () => ({ body: { name: 'orders', ...rollback } }),
    }
    page.on('request', (request) => {
      if (request.method() === 'POST') posted.push([new URL(request.url()).pathname, request.postDataJSON()])
    })
    await page.goto('/#/projections')
    const orders = page.getByRole('region', { name: /^orders/ })
    const button = orders.getByRole('button', { name: 'Put orders back' })
    await orders.getByRole('button', { name: 'Rebuild orders' }).waitFor()
    expect(await button.count()).to.equal(0)

    rollback = { kept: { ...kept, version: 0 }, refusal: 'it is of version 0', state: 'none' }
    await orders.getByText('cannot be put back: it is of version 0').waitFor()
    expect(await button.isDisabled()).to.equal(true)

    rollback = { kept, refusal: null, state: 'none' }
    await orders.getByText('can be put back').waitFor()
    await button.click()
    const question = page.getByRole('dialog')
    await question.getByText('takes its place then').waitFor()
    expect(posted).to.deep.equal([])
    rollback = { kept, refusal: null, state: 'running', share: 0.5 }
    await question.getByRole('button', { name: 'Put it back' }).click()
    await orders.getByRole('progressbar', { name: 'Rollback of orders' }).waitFor()
    expect(posted).to.deep.equal([['/api/projections/v1/projections/orders/rollback', { generation: 2 }]])
    rollback = { kept: { ...kept, generation: 3 }, refusal: null, state: 'done', events: 7, endedAt: kept.since }
    putBack = { by: 'olga', at: kept.since }
    await orders.getByText('put back by olga').waitFor()
    rollback = { kept, refusal: null, state: 'failed', failure: 'the store is away' }
    await orders.getByText('It was not put back: the store is away.').waitFor()
  })

  it('compares alone where that is asked for, and names what differs', async () => {
    const { page } = at()
    let rebuild: object = { state: 'none' }
    const posted: unknown[] = []
    at().apis = {
      '/api/read/v1/projections': () => pageOf(projection('orders', { verification: same })),
      '/api/projections/v1/projections/orders/rebuild': (_query, body) => {
        if (body !== null) {
          posted.push(body)
          rebuild = { state: 'done', dryRun: true, events: 7, verification: differing }
        }
        return { body: { name: 'orders', ...rebuild } }
      },
    }
    await page.goto('/#/projections')
    const orders = page.getByRole('region', { name: /^orders/ })
    // Of the rebuild that made the table, whoever asked for it and whenever.
    await orders.getByText('verified: 0 of 1,204 rows differ').waitFor()
    expect(await orders.getByText('What differs').count()).to.equal(0)
    await orders.getByRole('button', { name: 'Rebuild orders' }).click()
    await page.getByLabel('Compare alone').check()
    await page.getByRole('button', { name: 'Build it anew' }).click()
    await orders.getByText('verified: 3,001 of 1,204 rows differ').waitFor()
    expect(posted).to.deep.equal([{ dryRun: true }])
    await orders.getByText(/Built to compare from 7 events,\s+and dropped/).waitFor()
    await orders.getByText('What differs').click()
    for (const text of ['Only in the new one: 1', 'new-one', 'Different: 3,000', 'a, b, …', 'delayed_since'])
      expect(await orders.getByText(text, { exact: true }).isVisible(), text).to.equal(true)
    rebuild = { state: 'done', events: 7, verification: { compared: false, reason: 'no room on the disk' } }
    await orders.getByText('not verified: no room on the disk').waitFor()
    expect(await orders.getByText('What differs').count()).to.equal(0)
  })
})
