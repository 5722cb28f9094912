import type grpc from '@grpc/grpc-js'
import { expect } from 'chai'
import { messageBursts } from './message-bursts.ts'

describe('messages of a call', () => {
  const kibibytes = (count: number): Buffer => Buffer.alloc(count * 1_024)

  /** A connection that takes what it is given when told to, and who has been told to go on. */
  const setUp = () => {
    const given: (() => void)[] = []
    const goneOn: string[] = []
    const wire = { sendMessage: (_message: unknown, taken: () => void) => void given.push(taken) }
    // Of a call only this is used here.
    const call = messageBursts(
      {} as grpc.ServerMethodDefinition<unknown, unknown>,
      wire as unknown as grpc.ServerInterceptingCallInterface,
    )
    return {
      given,
      goneOn,
      send: (name: string, message: unknown) => call.sendMessage(message, () => goneOn.push(name)),
    }
  }

  it('follow one another without waiting for the connection', () => {
    const { given, goneOn, send } = setUp()
    for (const name of ['a', 'b', 'c']) send(name, kibibytes(1))
    expect(given.length).to.equal(3)
    expect(goneOn).to.deep.equal(['a', 'b', 'c'])
  })

  it('wait once 64 KiB are under way, until the last has left, and are told once', () => {
    const { given, goneOn, send } = setUp()
    send('a', kibibytes(40))
    send('b', kibibytes(40))
    expect(goneOn).to.deep.equal(['a'])
    for (const taken of given.splice(0)) taken()
    expect(goneOn).to.deep.equal(['a', 'b'])
    send('c', kibibytes(40))
    expect(goneOn).to.deep.equal(['a', 'b', 'c'])
  })

  it('wait for each other when they are no bytes yet', () => {
    const { given, goneOn, send } = setUp()
    send('a', {})
    expect(goneOn).to.deep.equal([])
    for (const taken of given) taken()
    expect(goneOn).to.deep.equal(['a'])
  })
})
