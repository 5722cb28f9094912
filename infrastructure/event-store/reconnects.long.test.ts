import { expectNothingLeftBehind } from '../../test/event-store/reconnecting.ts'

describe('ten thousand reconnects', () => {
  it('leave no socket, timer, listener or call behind, and nothing on the heap', () => expectNothingLeftBehind(5_000))
})
