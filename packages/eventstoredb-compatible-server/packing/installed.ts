import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'

const folder = join(import.meta.dirname, '..')

type Manifest = { readonly name: string; readonly dependencies: Readonly<Record<string, string>> }

export type Installed = {
  readonly name: string
  /** Of the tarball, from the package's own folder. */
  readonly files: readonly string[]
  /** What npm made of the package's `bin`. */
  readonly command: string
  /** With this Node as `node`. */
  readonly environment: NodeJS.ProcessEnv
  /** Runs a program there; resolves with what it printed, rejects with what it complained of. */
  run(file: string, text: string, ...args: readonly string[]): Promise<string>
  remove(): void
}

/** Packs the package and installs the tarball, with the client beside it and nothing else, in a folder of its own. */
export const installPacked = async (): Promise<Installed> => {
  const { name, dependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
  const client = '@eventstore/db-client'
  const home = mkdtempSync(join(tmpdir(), 'installed-'))
  const environment = {
    ...process.env,
    PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}`,
    // Of what is thrown away nothing is kept elsewhere.
    NODE_COMPILE_CACHE: join(home, 'compiled'),
  }
  const run = async (cwd: string, program: string, ...args: readonly string[]): Promise<string> =>
    (await promisify(execFile)(program, args, { cwd, env: environment })).stdout
  const remove = (): void => {
    rmSync(home, { recursive: true, force: true })
  }
  try {
    await run(folder, 'npm', 'pack', '--pack-destination', home)
    const tarball = readdirSync(home).find((file) => file.endsWith('.tgz')) ?? 'none'
    writeFileSync(join(home, 'package.json'), JSON.stringify({ private: true }))
    await run(
      home,
      'npm',
      'install',
      '--prefix',
      home,
      '--prefer-offline',
      '--no-audit',
      '--no-fund',
      `./${tarball}`,
      `${client}@${dependencies[client]}`,
    )
  } catch (error) {
    remove()
    throw error
  }
  const installed = join(home, 'node_modules', name)
  return {
    name,
    files: readdirSync(installed, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(installed.length + 1)),
    command: join(home, 'node_modules', '.bin', name),
    environment,
    run(file, text, ...args) {
      writeFileSync(join(home, file), text)
      return run(home, process.execPath, ...args, file)
    },
    remove,
  }
}
