import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, gzip } from 'node:zlib'

export type Encoding = 'br' | 'gzip'

export type PageFile = {
  readonly type: string
  readonly etag: string
  /** Its name changes with what it holds. */
  readonly isImmutable: boolean
  readonly bytes: Buffer
  /** Where that is shorter. */
  readonly compressed: Readonly<Partial<Record<Encoding, Buffer>>>
}

/** By the path that they are asked for under: `/`, `/console.css`. */
export type PageFiles = ReadonlyMap<string, PageFile>

/** Whatever else lies there is not for browsers. */
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
}
const isCompressed = new Set(['.png', '.woff2'])
const hashInName = /\.[0-9a-f]{8,}\.[a-z0-9]+$/

const compress = { br: promisify(brotliCompress), gzip: promisify(gzip) } as const

/** Comments that stand on lines of their own; a type beside an expression stays. */
const docComments = /^[ \t]*\/\*\*(?:(?!\*\/)[^])*\*\/[ \t]*$/gm

/** What is written for people who read the code is a fifth of it, and not sent. Each line keeps its number, for what a browser complains of. */
export const withoutDocComments = (script: string): string =>
  script.replace(docComments, (comment) => '\n'.repeat(comment.split('\n').length - 1))

const readPageFile = async (path: string, isOwn: boolean): Promise<PageFile | undefined> => {
  const extension = extname(path)
  const type = types[extension]
  if (type === undefined || /\.test\.[a-z]+$/.test(path)) return undefined
  const read = await readFile(path)
  // What others have written is sent as it is, with its licence.
  const bytes = isOwn && extension === '.js' ? Buffer.from(withoutDocComments(read.toString('utf8'))) : read
  const compressed: Partial<Record<Encoding, Buffer>> = {}
  if (!isCompressed.has(extension))
    for (const encoding of ['br', 'gzip'] as const) {
      const shorter = await compress[encoding](bytes)
      if (shorter.length < bytes.length) compressed[encoding] = shorter
    }
  const etag = `W/"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`
  return { type, etag, isImmutable: hashInName.test(path), bytes, compressed }
}

/**
 * All files of the page, read and compressed once: nothing that a browser asks for is ever looked for on the disk. `besides` are files that
 * lie elsewhere, by the path that they are asked for under.
 * @throws where one of those cannot be read, or there is no page
 */
export const readPageFiles = async (
  folder: string,
  besides: Readonly<Record<string, string>> = {},
): Promise<PageFiles> => {
  const found = await readdir(folder, { withFileTypes: true, recursive: true })
  const wanted: [string, string][] = found
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .map((path) => [`/${relative(folder, path).split(sep).join('/')}`, path])
  const files = new Map<string, PageFile>()
  for (const [path, place] of [...wanted, ...Object.entries(besides)]) {
    const file = await readPageFile(place, !Object.hasOwn(besides, path))
    if (file !== undefined) files.set(path === '/index.html' ? '/' : path, file)
  }
  return files
}
