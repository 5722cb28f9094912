import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { root } from './source-files.ts'

type Manifest = {
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
}

const needs = (manifest: string): Readonly<Record<string, string>> => {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, manifest), 'utf8')) as Manifest
  return { ...dependencies, ...devDependencies }
}

describe('a package', () => {
  it('has what the root has too at the same version: there is one copy of it', () => {
    const ofRoot = needs('package.json')
    for (const manifest of globSync('packages/*/package.json', { cwd: root })) {
      const shared = Object.entries(needs(manifest)).filter(([name]) => name in ofRoot)
      expect(shared.length, manifest).to.be.greaterThan(3)
      expect(
        shared.filter(([name, version]) => ofRoot[name] !== version),
        manifest,
      ).to.deep.equal([])
    }
  })
})
