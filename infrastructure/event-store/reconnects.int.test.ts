import { expectNothingLeftBehind } from '../../test/event-store/reconnecting.ts'

describe('three hundred reconnects', () => {
  it('leave no socket, timer, listener or call behind, and nothing on the heap', async function () {
    this.timeout(120_000)
    await expectNothingLeftBehind(150)
  })
})
