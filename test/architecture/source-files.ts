import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix, relative, sep } from 'node:path'

export const root = join(import.meta.dirname, '..', '..')

export type SourceFile = {
  /** From the root, with forward slashes. */
  readonly path: string
  readonly text: string
  /** Files of the project as paths from the root; packages as they are named. */
  readonly imports: readonly string[]
}

const topFolders = [
  'domain',
  'infrastructure',
  'http-api',
  'command-api',
  'payment-providers',
  'processors',
  'projections',
  'read-api',
  'console',
  'migrations',
  'embedded',
  'packages',
  'test',
  'bench',
]

const importPattern =
  /(?:^|\n)\s*(?:import|export)\s[^'"`;]*?from\s+'([^']+)'|(?:^|\n)\s*import\s+'([^']+)'|import\(\s*'([^']+)'/g

const importsOf = (path: string, text: string): readonly string[] =>
  [...text.matchAll(importPattern)].map((match) => {
    const name = match[1] ?? match[2] ?? match[3] ?? ''
    return name.startsWith('.') ? posix.join(dirname(path), name) : name
  })

/** Every TypeScript file of the project. */
export const sourceFiles = (): readonly SourceFile[] =>
  topFolders.flatMap((folder) => {
    const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    return entries
      .filter(
        (entry) =>
          entry.isFile() && entry.name.endsWith('.ts') && !/[\\/](node_modules|dist)([\\/]|$)/.test(entry.parentPath),
      )
      .map((entry) => {
        const path = relative(root, join(entry.parentPath, entry.name)).split(sep).join('/')
        const text = readFileSync(join(root, path), 'utf8')
        return { path, text, imports: importsOf(path, text) }
      })
  })

export const isTest = ({ path }: SourceFile): boolean =>
  path.endsWith('.test.ts') ||
  path.startsWith('test/') ||
  /^packages\/[^/]+\/(any-server|conformance|packing|src\/(.+\/)?testing)\//.test(path)
