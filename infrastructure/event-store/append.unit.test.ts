import { expect } from 'chai'
import { createAppend } from './append.ts'
import { defaultSettings } from './adapter-settings.ts'

describe('an append', () => {
  for (const stream of ['', '$$', '$all']) {
    it(`is not even tried where the server would not survive it: to '${stream}'`, async () => {
      let attempts = 0
      const append = createAppend(
        {
          attempt: () => {
            attempts += 1
            return Promise.reject(new Error('sent'))
          },
          warmUp: async () => undefined,
          close: async () => undefined,
        },
        { ...defaultSettings, warn: () => undefined },
      )
      const error = await append(stream, [], 'no_stream').catch((thrown: unknown) => thrown)
      expect([attempts, (error as Error).message]).to.deep.equal([
        0,
        `nothing can be written to the stream '${stream}'`,
      ])
    })
  }
})
