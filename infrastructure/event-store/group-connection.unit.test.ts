import { PassThrough } from 'node:stream'
import { expect } from 'chai'
import { connectToGroup } from './group-connection.ts'
import { StoreUnavailable } from './port.ts'
import { defaultSettings } from './adapter-settings.ts'
import type { ClientLease } from './subscription-clients.ts'

describe('a connection to a group', () => {
  it('is not made any more once nobody waits for it', async () => {
    const asked = Promise.withResolvers<unknown>()
    const released: string[] = []
    // All that is used of the client until there is a call.
    const client = {
      supports: async () => true,
      callArguments: () => [],
      GRPCStreamCreator: (_: unknown, __: string, open: (looking: unknown) => Promise<unknown>) => async () =>
        open(await asked.promise),
    }
    const lease = {
      client,
      release: async (outcome: string) => {
        released.push(outcome)
      },
      // Of a lease, connecting uses no more than this.
    } as unknown as ClientLease
    const settings = { ...defaultSettings, readTimeoutMs: 5, warn: () => undefined }
    const error: unknown = await connectToGroup(lease, 'order', 10, settings).catch((thrown: unknown) => thrown)
    expect(error).to.be.instanceOf(StoreUnavailable)
    expect(released).to.deep.equal(['failed'])

    const cancelled = Promise.withResolvers<string>()
    asked.resolve({
      read: () =>
        Object.assign(new PassThrough({ objectMode: true }), {
          cancel: () => {
            cancelled.resolve('cancelled')
          },
        }),
    })
    expect(await cancelled.promise).to.equal('cancelled')
  })
})
