import { expect } from 'chai'
import { fromServerSettings, toServerSettings } from './group-settings.ts'
import type { GroupSettings, WholeGroupSettings } from './port.ts'
import { differencesText, settingDifferences } from './setting-differences.ts'

const wanted: GroupSettings = {
  messageTimeoutMs: 300_000,
  maxRetryCount: 1_000_000,
  checkPointLowerBound: 1,
  checkPointUpperBound: 1_000,
  checkPointAfterMs: 2_000,
  readBatchSize: 100,
  historyBufferSize: 1_000,
  liveBufferSize: 900,
}
const asWanted = fromServerSettings(toServerSettings(wanted))

describe('the settings of a group, compared', () => {
  it('are the same when the server has what it was told', () => {
    expect(settingDifferences(wanted, asWanted)).to.deep.equal([])
  })

  const others: Required<WholeGroupSettings> = {
    startFrom: 'end',
    resolveLinkTos: true,
    extraStatistics: true,
    maxSubscriberCount: 3,
    consumerStrategyName: 'Pinned',
    messageTimeoutMs: 30_000,
    maxRetryCount: 10,
    checkPointLowerBound: 10,
    checkPointUpperBound: 500,
    checkPointAfterMs: 1_000,
    readBatchSize: 20,
    historyBufferSize: 500,
    liveBufferSize: 400,
  }
  for (const [setting, found] of Object.entries(others)) {
    it(`differ by ${setting} alone`, () => {
      expect(settingDifferences(wanted, { ...asWanted, [setting]: found })).to.deep.equal([
        { setting, wanted: asWanted[setting as keyof WholeGroupSettings], found },
      ])
    })
  }

  it('do not differ by what the server does not say', () => {
    expect(settingDifferences(wanted, { ...asWanted, startFrom: undefined })).to.deep.equal([])
  })

  it('are named in the order of the alphabet, with what is there and what is wanted', () => {
    const found = { ...asWanted, startFrom: 'end', maxRetryCount: 10, liveBufferSize: 400 }
    expect(differencesText(settingDifferences(wanted, found))).to.equal(
      'liveBufferSize 400, wanted 900; maxRetryCount 10, wanted 1000000; startFrom end, wanted start',
    )
  })
})

describe('where a group started', () => {
  const startOf = (startFrom: Parameters<typeof fromServerSettings>[0]['startFrom']) =>
    fromServerSettings({ ...toServerSettings(wanted), startFrom }).startFrom

  it('is a position as text', () => {
    expect(startOf({ commit: 5n, prepare: 4n })).to.equal('0000000000000000005-0000000000000000004')
  })

  it('is not known when it is no place in a log', () => {
    expect(startOf({ commit: 2n ** 64n - 1n, prepare: 0n })).to.equal(undefined)
  })
})
