import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Handlebars from 'handlebars'
import { isForOperators } from '../../domain/notifications/channels.ts'
import { templates, type Template } from '../../domain/notifications/events.ts'
import { languages, type Language } from '../../domain/shared/language.ts'

/** What the fields of a template are called, and what stands in them. */
export type View = Readonly<Record<string, unknown>>
type Render = (view: View) => string

export type Wording = {
  readonly subject: Render
  readonly text: Render
  readonly html: Render
  /** Undefined where the message goes to the operators, who are written to by mail alone. */
  readonly sms: Render | undefined
}

const folder = join(import.meta.dirname, 'templates')
const read = (...path: readonly string[]): string => readFileSync(join(folder, ...path), 'utf8')

// Of its own, so that nobody else's helpers can be meant.
const handlebars = Handlebars.create()

// The strict mode of the library does not look at what these two are given.
for (const block of ['if', 'each']) {
  const usual = handlebars.helpers[block]
  if (usual === undefined) throw new Error(`the template library has no ${block}`)
  handlebars.registerHelper(
    block,
    function (this: unknown, value: unknown, options: Handlebars.HelperOptions): unknown {
      if (value === undefined) throw new Error(`what ${block} is to look at is not defined`)
      return usual.call(this, value, options)
    },
  )
}

/** A field that the view lacks is an error, never an empty place. Compiled when it is first needed, and once. */
const compiled = (source: string, { escapesHtml }: { readonly escapesHtml: boolean }): Render =>
  handlebars.compile<View>(source, { strict: true, knownHelpersOnly: true, noEscape: !escapesHtml })

const layout = compiled(read('layout.html'), { escapesHtml: true })

const wordingOf = (language: Language, template: Template): Wording => {
  const plain = (source: string) => compiled(source, { escapesHtml: false })
  // Its first line is the subject, the second is empty.
  const source = read(language, `${template}.txt`)
  const end = source.indexOf('\n\n')
  const subject = plain(source.slice(0, end))
  const body = compiled(read(language, `${template}.html`), { escapesHtml: true })
  return {
    subject,
    text: plain(source.slice(end + 2)),
    html: (view) => layout({ language, subject: subject(view), body: body(view) }),
    sms: isForOperators(template) ? undefined : plain(read(language, `${template}.sms.txt`).trimEnd()),
  }
}

const wordings = new Map(
  languages.flatMap((language) =>
    templates.map((template) => [`${language} ${template}`, wordingOf(language, template)] as const),
  ),
)

/** The files in `templates/`, read when the process starts. */
export const wordingIn = (language: Language, template: Template): Wording => {
  const wording = wordings.get(`${language} ${template}`)
  if (wording === undefined) throw new Error(`there are no words for ${template} in ${language}`)
  return wording
}
