import { expect } from 'chai'
import { event, revisions, withId } from './suite/appending.ts'
import { Batch, correlation, said } from './suite/raw-batch.ts'
import { rule } from './suite/rule.ts'
import { refusalType, stays } from './suite/waiting.ts'

const NIL = '00000000-0000-0000-0000-000000000000'

const ANSWERED_TWICE = { onlyHere: 'it is answered twice, and the second answer ends the process of the client' }

rule(
  '1.6',
  'an append whose event is refused is answered once, and the client goes on',
  { seen: ANSWERED_TWICE },
  async (server) => {
    const stream = server.name()
    for (const refused of [{ ...event(), type: '' }, withId(NIL), withId('no id')]) {
      expect(await refusalType(server.client.appendToStream(stream, refused))).to.equal('unknown')
    }
    await server.client.appendToStream(stream, event())
    expect(await revisions(server, stream)).to.deep.equal([0])
  },
)

rule(
  '1.6',
  'no second answer follows a refusal, not after the time-out either',
  { seen: ANSWERED_TWICE, waits: true },
  async (server) => {
    const batch = new Batch(server)
    const id = batch.send({ stream: server.name(), events: 1, type: '' }, { events: 1, final: true })
    await batch.answered(1)
    await stays(() => batch.answers.length, 1, 2_500)
    expect(batch.answers.map((answer) => [correlation(answer).id, said(answer)])).to.deep.equal([[id, 'BadRequest']])
  },
)

rule('1.6', 'a thousand appends at once get a thousand answers, each its own', { seen: 'real' }, async (server) => {
  const batch = new Batch(server)
  const stream = server.name()
  const sent = Array.from({ length: 1_000 }, () => batch.send({ stream, events: 1, final: true }))
  await batch.answered(1_000)
  expect(batch.answers.map((answer) => correlation(answer).id).sort()).to.deep.equal([...sent].sort())
  expect(new Set(batch.answers.map(said)).size).to.equal(1_000)
})
