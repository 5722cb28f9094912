import { expect } from 'chai'
import { letterAt, pageOf, streamEventAt } from '../test/console/answers.ts'
import { describePage } from '../test/console/page-under-test.ts'

describePage('a dead letter in the console', (at) => {
  it('shows what its event says of a person to who asks for it, by the way on which that is logged', async () => {
    const { page, asked } = at()
    const letter = letterAt(1)
    const stream = `/v1/streams/${letter.event?.stream}`
    at().apis = {
      '/api/processors/v1/dead-letters/payment/1': () => ({
        body: {
          ...letter,
          data: { total: 450, shipTo: '•••' },
          metadata: {},
          history: [],
          recent: [],
          retryWould: { commands: [], events: [], intents: [], failure: null },
          waitingLetters: [],
        },
      }),
      [stream]: () => pageOf({ ...streamEventAt(1), data: { total: 450, shipTo: { street: 'Lindenweg 1' } } }),
    }
    await page.goto('/#/dead-letters/payment/1')
    const content = page.getByRole('region', { name: 'Content' })
    await content.getByText('"shipTo": "•••"').waitFor()
    await page.getByText('version 0.1.0').waitFor()
    expect(asked.filter((one) => one.includes(stream))).to.deep.equal([])
    await page.getByRole('button', { name: 'Show it (this is logged)' }).click()
    await content.getByText('Lindenweg 1').waitFor()
    expect(asked.filter((one) => one.includes(stream))).to.deep.equal([
      `GET ${stream}?from=1&direction=forwards&limit=1&reveal=true`,
    ])
  })
})
