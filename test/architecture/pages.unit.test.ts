import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { codeIn, headingsOf, linksOf, pages } from './pages.ts'
import { root } from './source-files.ts'

const all = pages()
/** A package's pages speak of its own folders and scripts, and a changelog of what was. */
const ofProject = all.filter(({ path }) => !path.startsWith('packages/') && path !== 'CHANGELOG.md')
/** Names of what is not kept here. */
const builtElsewhere = ['dist/']
/** From the root: a folder, with a slash at its end, or a file in a folder. */
const isPath = (code: string): boolean =>
  /^[\w-][\w.-]*\/([\w.-]+\/)*([\w.-]+\.(ts|mjs|js|json|md|yml|pem))?$/.test(code) && !builtElsewhere.includes(code)

describe('pages', () => {
  it('link to what is there, and to a heading that is there', () => {
    const headings = new Map(all.map((page) => [page.path, headingsOf(page)]))
    const links = all.flatMap((page) => linksOf(page).map((link) => ({ from: page.path, ...link })))
    expect(links.length).to.be.greaterThan(20)
    expect(
      links.filter(
        ({ to, heading }) =>
          !existsSync(join(root, to)) || (heading !== undefined && headings.get(to)?.includes(heading) !== true),
      ),
    ).to.deep.equal([])
  })

  it('name files and folders that are there', () => {
    const named = ofProject.flatMap((page) =>
      codeIn(page)
        .filter(isPath)
        .map((file) => ({ page: page.path, file })),
    )
    expect(named.length).to.be.greaterThan(50)
    expect(named.filter(({ file }) => !existsSync(join(root, file)))).to.deep.equal([])
  })

  it('name npm scripts that package.json has', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      readonly scripts: Readonly<Record<string, string>>
    }
    const named = ofProject.flatMap(({ path, text }) =>
      [...text.matchAll(/npm run (?:-s )?([\w:-]+)/g)].map(([, script = '']) => ({ page: path, script })),
    )
    expect(named.length).to.be.greaterThan(10)
    expect(named.filter(({ script }) => !(script in scripts))).to.deep.equal([])
  })
})
