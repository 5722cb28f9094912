import { isForOperators } from '../../domain/notifications/channels.ts'
import type { Template } from '../../domain/notifications/events.ts'
import type { Language } from '../../domain/shared/language.ts'
import { wordingIn } from './templates.ts'
import { viewOf, type MessageFacts } from './views.ts'

export type Message = { readonly subject: string; readonly text: string; readonly html: string }

export type Writing = {
  /** Of whoever has not chosen one, and of the operators. */
  readonly language: Language
  /** IANA name: on which day something happened. */
  readonly timeZone: string
}

export const usualWriting: Writing = { language: 'en', timeZone: 'UTC' }

const languageOf = (template: Template, { placed }: MessageFacts, { language }: Writing): Language =>
  isForOperators(template) ? language : (placed.contact.language ?? language)

/** The wording of each template, made at the moment of sending and stored nowhere. */
export const messageOf = (template: Template, facts: MessageFacts, writing: Writing): Message => {
  const language = languageOf(template, facts, writing)
  const { subject, text, html } = wordingIn(language, template)
  const view = viewOf(template, facts, language, writing.timeZone)
  return { subject: subject(view), text: text(view), html: html(view) }
}

/** The same in one line, for a telephone. */
export const smsTextOf = (template: Template, facts: MessageFacts, writing: Writing): string => {
  const language = languageOf(template, facts, writing)
  const { sms } = wordingIn(language, template)
  if (sms === undefined) throw new Error(`${template} is not sent to telephones`)
  return sms(viewOf(template, facts, language, writing.timeZone))
}
