import { globSync, readFileSync } from 'node:fs'
import { dirname, join, posix, sep } from 'node:path'
import { root } from './source-files.ts'

export type Page = {
  /** From the root, with forward slashes. */
  readonly path: string
  readonly text: string
}

const pageAt = (path: string): Page => ({ path, text: readFileSync(join(root, path), 'utf8') })

/** Every page of the project, those of its packages too. */
export const pages = (): readonly Page[] =>
  globSync('**/*.md', {
    cwd: root,
    exclude: (name) => ['node_modules', '.node', '.data', '.git', 'dist'].includes(name),
  }).map((path) => pageAt(path.split(sep).join('/')))

const withoutCode = (text: string): string => text.replaceAll(/^```.*?^```/gms, '')

/** Where the links of a page lead: a path from the root and, where the link names one, a heading. Those to elsewhere are left out. */
export const linksOf = ({
  path,
  text,
}: Page): readonly { readonly to: string; readonly heading: string | undefined }[] =>
  [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [file = '', heading] = target.split('#')
      return { to: file === '' ? path : posix.join(dirname(path), file), heading }
    })

/** A page's headings as links name them. */
export const headingsOf = ({ text }: Page): readonly string[] =>
  [...withoutCode(text).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\- ]/gu, '')
      .replaceAll(' ', '-'),
  )

/** What a page writes as code within its sentences. */
export const codeIn = ({ text }: Page): readonly string[] =>
  [...withoutCode(text).matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code)
