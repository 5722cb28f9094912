// `npm run notifications -- list | preview <template> [--language de] [--html | --sms]`. Reads files, and asks no store.
// Exit codes: 0 done, 2 asked for in a wrong way.
import { Argument, Command, Option } from 'commander'
import { isForOperators } from '../../domain/notifications/channels.ts'
import { templates, type Template } from '../../domain/notifications/events.ts'
import { languages, type Language } from '../../domain/shared/language.ts'
import { say } from '../../infrastructure/command-line/say.ts'
import { messageOf, smsTextOf, usualWriting } from './messages.ts'
import { sampleOf } from './samples.ts'

const sayJson = (value: unknown) => say(JSON.stringify(value, null, 2))

const receiverOf = (template: Template): string => (isForOperators(template) ? 'operators' : 'customer')

const list = ({ json }: { readonly json?: true }): void => {
  if (json === true) {
    sayJson({
      languages,
      templates: templates.map((template) => ({
        template,
        to: receiverOf(template),
        sms: !isForOperators(template),
        wordings: sampleOf(template).length,
      })),
    })
    return
  }
  const width = Math.max(...templates.map(({ length }) => length))
  for (const template of templates) say(`${template.padEnd(width)}  ${receiverOf(template)}`)
}

type PreviewFlags = { readonly language: Language; readonly html?: true; readonly sms?: true; readonly json?: true }

/** Once for each wording that the template has: why an order was rejected, say. */
const preview = (template: Template, { language, html, sms, json }: PreviewFlags, command: Command): void => {
  if (sms === true && isForOperators(template)) command.error(`${template} is not sent by SMS.`)
  const writing = { ...usualWriting, language }
  const messages = sampleOf(template).map((facts) => ({
    ...messageOf(template, facts, writing),
    ...(isForOperators(template) ? {} : { sms: smsTextOf(template, facts, writing) }),
  }))
  if (json === true) {
    sayJson({ template, language, messages })
    return
  }
  const shown = messages.map((message) => {
    if (sms === true) return `${message.sms ?? ''}\n`
    return html === true ? message.html : `Subject: ${message.subject}\n\n${message.text}`
  })
  say(shown.join(html === true || sms === true ? '' : `${'-'.repeat(72)}\n`))
}

const exits = (command: Command): Command => command.exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))

const program = exits(new Command('npm run notifications --'))
  .description('What the shop writes to its customers and operators, with an order as it could be.')
  .addHelpText(
    'after',
    `
To look at a page: npm run -s notifications -- preview shipped --html > shipped.html
Exit codes: 0 done, 2 asked for in a wrong way.`,
  )

exits(program.command('list').description('every template, and to whom it goes'))
  .option('--json', 'as JSON')
  .action((flags: { readonly json?: true }) => {
    list(flags)
  })
exits(program.command('preview').description('a message, once for each wording that its template has'))
  .addArgument(new Argument('<template>', 'as `list` shows it').choices(templates))
  .addOption(new Option('--language <language>', 'what it is written in').choices(languages).default('en'))
  .addOption(new Option('--html', 'the page, and not the text').conflicts('sms'))
  .option('--sms', 'what is sent to telephones')
  .option('--json', 'all of it, as JSON')
  .action((template: Template, flags: PreviewFlags, command: Command) => {
    preview(template, flags, command)
  })

await program.parseAsync()
