import { expect } from 'chai'
import { wordsOf } from './command-words.ts'

describe('the words of a command', () => {
  it('are what stands between spaces', () => {
    expect(wordsOf('  server --port {port}\t--data\n{data} ')).to.deep.equal([
      'server',
      '--port',
      '{port}',
      '--data',
      '{data}',
    ])
  })

  it('may hold spaces between quotes, which are taken off', () => {
    expect(wordsOf(`"/opt/event store/server" --log='a "b" c' --empty "" x'y 'z`)).to.deep.equal([
      '/opt/event store/server',
      '--log=a "b" c',
      '--empty',
      '',
      'xy z',
    ])
  })

  it('have no escapes, variables or wildcards', () => {
    expect(wordsOf('a\\ $HOME *')).to.deep.equal(['a\\', '$HOME', '*'])
  })

  it('are none where a quote is not closed', () => {
    for (const open of [`server "a b`, `server 'a`, `it's`, `"a' b`])
      expect(() => wordsOf(open), open).to.throw('a quote is not closed')
  })
})
