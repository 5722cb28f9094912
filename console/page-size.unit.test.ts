import { join } from 'node:path'
import { expect } from 'chai'
import { readPageFiles, type PageFile, type PageFiles } from './page-files.ts'
import { vendorFiles } from './vendor.ts'

const kilobyte = 1_024
const sizeOf = ({ bytes, compressed }: PageFile): number => (compressed.gzip ?? bytes).length

describe('what a browser is sent', () => {
  let files: PageFiles
  before(async () => {
    files = await readPageFiles(join(import.meta.dirname, 'page'), vendorFiles)
  })
  const textOf = (path: string): string => {
    const file = files.get(path)
    if (file === undefined) throw new Error(`there is no ${path}`)
    return file.bytes.toString('utf8')
  }
  /** What has to be there before a module runs, itself included. */
  const neededBy = (path: string, needed = new Set<string>()): ReadonlySet<string> => {
    if (needed.has(path)) return needed
    needed.add(path)
    for (const [, other = ''] of textOf(path).matchAll(/^import [^;]*? from '([^']+)'/gm))
      neededBy(new URL(other, `http://console${path}`).pathname, needed)
    return needed
  }

  it('is at most 60 KB of script and 12 KB of style, compressed, and nothing that is not the page', () => {
    const bytesOf = (ending: string) =>
      [...files].filter(([path]) => path.endsWith(ending)).reduce((sum, [, file]) => sum + sizeOf(file), 0)
    expect(bytesOf('.js')).to.be.within(10 * kilobyte, 60 * kilobyte)
    expect(bytesOf('.css')).to.be.within(kilobyte, 12 * kilobyte)
    const paths = [...files.keys()]
    expect(paths).to.include.members(['/', '/main.js', '/vendor/lit-html.js', '/orders/order-screen.js'])
    expect(paths.filter((path) => /\.test\.|\.ts$|tsconfig/.test(path))).to.deep.equal([])
  })

  it('is painted after two round trips: the page names all that its first script needs, which is little', () => {
    const named = [...textOf('/').matchAll(/<(?:link rel="modulepreload" href|script type="module" src)="([^"]+)"/g)]
    const asked = named.map(([, path = '']) => new URL(path, 'http://console/').pathname)
    expect(asked.sort()).to.deep.equal([...neededBy('/main.js')].sort())
    const sum = ['/', '/style.css', ...asked].reduce((bytes, path) => {
      const file = files.get(path)
      return bytes + (file === undefined ? 0 : sizeOf(file))
    }, 0)
    expect(sum).to.be.below(30 * kilobyte)
  })
})
