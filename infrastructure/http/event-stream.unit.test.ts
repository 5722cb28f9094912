import { createServer } from 'node:http'
import { once } from 'node:events'
import { connect, type AddressInfo } from 'node:net'
import { expect } from 'chai'
import { until } from '../../test/support/until.ts'
import { createEventStreams, wantsEventStream, type EventStreamsOptions, type StreamMessage } from './event-stream.ts'

describe('event streams', () => {
  const closing: (() => void)[] = []
  afterEach(() => {
    for (const close of closing.splice(0)) close()
  })
  const serving = async (
    options: EventStreamsOptions,
    messages: (signal: AbortSignal) => AsyncGenerator<StreamMessage>,
  ) => {
    const streams = createEventStreams(options)
    const server = createServer((_request, response) => {
      void streams.answer('olga', messages).stream(response)
    }).listen(0, '127.0.0.1')
    closing.push(() => {
      server.close()
      server.closeAllConnections()
    })
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    return { streams, port, url: `http://127.0.0.1:${port}` }
  }
  const ended = (signal: AbortSignal) =>
    new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))

  it('are asked for by name', () => {
    for (const accept of ['text/event-stream', 'application/json, text/event-stream;q=1'])
      expect(wantsEventStream(accept), accept).to.equal(true)
    for (const accept of [undefined, '*/*', 'text/event-streams']) expect(wantsEventStream(accept)).to.equal(false)
  })

  it('say each message on its lines, and something while there is nothing to say', async () => {
    const { url } = await serving({ beatMs: 5 }, async function* () {
      yield { id: '7', event: 'told', data: { text: 'two\nlines' } }
      // Time is what this is about: a message that takes longer than some beats.
      await new Promise((resolve) => setTimeout(resolve, 40))
    })
    const text = await (await fetch(url)).text()
    expect(text.startsWith('retry: 2000\n\nid: 7\nevent: told\ndata: {"text":"two\\nlines"}\n\n: beat\n\n')).to.equal(
      true,
    )
    expect(text.endsWith('retry: 2000\n: drain\n\n')).to.equal(true)
  })

  it('have an end where nobody listens any more, and give their place back', async () => {
    let isOver = false
    const { url, streams } = await serving({}, async function* (signal) {
      yield { event: 'told', data: 1 }
      await ended(signal)
      isOver = true
    })
    const stopping = new AbortController()
    await fetch(url, { signal: stopping.signal })
    expect(streams.listeners()).to.equal(1)
    stopping.abort()
    await until('it is over', () => (isOver && streams.listeners() === 0 ? true : undefined))
  })

  it('are cut off for who takes nothing', async () => {
    const { port, streams } = await serving({ slowMs: 30 }, async function* () {
      for (;;) yield { event: 'told', data: 'x'.repeat(100_000) }
    })
    const socket = connect(port, '127.0.0.1').pause()
    closing.push(() => socket.destroy())
    socket.write('GET / HTTP/1.1\r\nHost: here\r\n\r\n')
    await until('somebody listens', () => (streams.listeners() === 1 ? true : undefined))
    await until('nobody listens', () => (streams.listeners() === 0 ? true : undefined))
  })
})
