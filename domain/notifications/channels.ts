import type { Contact } from '../orders/events.ts'
import type { Channel } from '../shared/channel.ts'
import type { Template } from './events.ts'

/** Some messages are for the shop's own people, who are written to by e-mail. */
export const isForOperators = (template: Template): boolean => template.startsWith('operator_')

/** By which channels somebody is told: those that the customer has chosen when ordering, or by e-mail. */
export const channelsFor = (template: Template, { channels }: Contact): readonly Channel[] =>
  isForOperators(template) || channels === undefined ? ['email'] : channels
