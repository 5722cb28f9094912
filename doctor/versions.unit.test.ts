import { expect } from 'chai'
import { checkNodeVersion, isAtLeast } from './versions.ts'

describe('versions', () => {
  it('are compared number by number, and what is behind them does not count', () => {
    for (const [version, least, is] of [
      ['22.18.0', '22.18', true],
      ['22.9.1', '22.18', false],
      ['24.0.0', '22.18', true],
      ['18.4 (Debian 18.4-1.pgdg12+1)', '13.0', true],
      ['12.22', '13.0', false],
      ['24.10.0-alpha.3', '21.10', true],
      ['20.6.1.0', '21.10', false],
      ['', '13.0', false],
    ] as const)
      expect(isAtLeast(version, least), `${version} ≥ ${least}`).to.equal(is)
  })

  it('that are too old are named, with the one to install', () => {
    expect(checkNodeVersion('20.19.5')).to.deep.equal({
      about: 'Node',
      state: 'wrong',
      seen: '20.19.5 is too old',
      todo: 'Install 22.18 or later.',
    })
    expect(checkNodeVersion().state).to.equal('fine')
  })
})
