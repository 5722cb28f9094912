import { expect } from 'chai'
import { processManagers } from '../../domain/process-managers.ts'
import { shopEvents } from '../../domain/registry.ts'
import { sourceFiles } from './source-files.ts'

const files = sourceFiles()
const specified = (path: string): boolean =>
  files.some(
    (file) => file.path === path.replace(/\.ts$/, '.unit.test.ts') && file.text.includes('everyEventHasALine()'),
  )

describe('everything has its specification', () => {
  const named = (pattern: RegExp): readonly string[] =>
    files.map(({ path }) => path).filter((path) => pattern.test(path))

  it('every process manager, with a line for every event', () => {
    const processes = named(/^domain\/[a-z]+\/process\.ts$/)
    expect(processes).to.have.length(Object.keys(processManagers).length)
    expect(processes.filter((path) => !specified(path))).to.deep.equal([])
  })

  it('every projection, with a line for every event', () => {
    const projections = named(/^projections\/[a-z]+\/projection\.ts$/)
    expect(projections.length).to.be.greaterThan(3)
    expect(projections.filter((path) => !specified(path))).to.deep.equal([])
  })

  it('every stored event has a version, a strict schema, and a way up from every version before', () => {
    for (const [type, { version, schema, ...rest }] of Object.entries(shopEvents)) {
      expect(schema.safeParse({ something: 'else' }).success, type).to.equal(false)
      const upcasts = 'upcasts' in rest ? Object.keys(rest.upcasts) : []
      expect(upcasts, type).to.deep.equal(Array.from({ length: version - 1 }, (_, before) => String(before + 1)))
    }
  })

  it('every event type of the registry is declared in one place', () => {
    const declared = files
      .filter(({ path }) => /^domain\/[a-z]+\/events\.ts$/.test(path))
      .flatMap(({ text }) => [...text.matchAll(/^ {2}([A-Z][A-Za-z]+): \{/gm)].map((match) => match[1]))
    expect(declared.sort()).to.deep.equal(Object.keys(shopEvents).sort())
  })
})
