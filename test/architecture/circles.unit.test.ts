import { expect } from 'chai'
import { circlesAmong } from './circles.ts'
import { sourceFiles } from './source-files.ts'

describe('circles of imports', () => {
  const circles = (imports: Readonly<Record<string, readonly string[]>>) =>
    circlesAmong(new Map(Object.entries(imports)))

  it('are found where they are, each once', () => {
    expect(
      circles({
        a: ['b', 'zod'],
        b: ['c'],
        c: ['b', 'd'],
        d: [],
        e: ['a', 'f'],
        f: ['g'],
        g: ['e', 'd'],
        self: ['self'],
      }),
    ).to.deep.equal([['b', 'c'], ['e', 'f', 'g'], ['self']])
  })

  it('are not found where two ways lead to the same file', () => {
    expect(circles({ a: ['b', 'c'], b: ['d'], c: ['d'], d: [] })).to.deep.equal([])
  })

  it('are not among the sources', () => {
    const files = sourceFiles()
    expect(files.length).to.be.greaterThan(500)
    expect(circlesAmong(new Map(files.map(({ path, imports }) => [path, imports])))).to.deep.equal([])
  })
})
