import { expect } from 'chai'
import { messageReader } from './server-sent-events.js'

const text = 'retry: 2000\n\n: beat\n\nid: 7\nevent: order\ndata: {"a":1}\n\nid: 8\r\ndata: one\r\ndata:two\r\n\r\n'
const messages = [
  { id: '7', event: 'order', data: '{"a":1}' },
  { id: '8', event: 'message', data: 'one\ntwo' },
]

describe('an event stream', () => {
  it('is read message by message; comments say nothing', () => {
    const reader = messageReader()
    expect(reader.take(text)).to.deep.equal(messages)
    expect(reader.retryMs()).to.equal(2000)
  })

  it('may be cut anywhere', () => {
    for (let cut = 0; cut <= text.length; cut += 1) {
      const reader = messageReader()
      const found = [...reader.take(text.slice(0, cut)), ...reader.take(text.slice(cut))]
      expect(found, String(cut)).to.deep.equal(messages)
    }
  })

  it('keeps the last id for messages without one, and gives nothing that is not whole', () => {
    const reader = messageReader()
    expect(reader.take('id: 1\ndata: a\n\ndata: b\n\ndata: c\n')).to.deep.equal([
      { id: '1', event: 'message', data: 'a' },
      { id: '1', event: 'message', data: 'b' },
    ])
  })
})
