import { join } from 'node:path'
import { expect } from 'chai'
import { readPageFiles } from './page-files.ts'
import { vendorFiles } from './vendor.ts'

const kilobyte = 1_024

describe('what a browser is sent', () => {
  it('is at most 60 KB of script and 12 KB of style, compressed, and nothing that is not the page', async () => {
    const files = [...(await readPageFiles(join(import.meta.dirname, 'page'), vendorFiles))]
    const bytesOf = (ending: string) =>
      files
        .filter(([path]) => path.endsWith(ending))
        .reduce((sum, [, { bytes, compressed }]) => sum + (compressed.gzip ?? bytes).length, 0)
    expect(bytesOf('.js')).to.be.within(10 * kilobyte, 60 * kilobyte)
    expect(bytesOf('.css')).to.be.within(kilobyte, 12 * kilobyte)
    const paths = files.map(([path]) => path)
    expect(paths).to.include.members(['/', '/main.js', '/vendor/lit-html.js', '/orders/order-screen.js'])
    expect(paths.filter((path) => /\.test\.|\.ts$|tsconfig/.test(path))).to.deep.equal([])
  })
})
