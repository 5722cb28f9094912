import { CHAPTERS } from './chapters.ts'
import { declaredRules, titleOf, type Seen } from './rule.ts'

const SEEN: Readonly<Record<Seen, string>> = { real: 'real server', read: 'sources', embedded: 'only here' }

/** Every rule and how it came to be believed, as Markdown: what docs/conformance.md has to say. */
export const ruleTable = (): string => {
  const rules = declaredRules()
  return [...CHAPTERS]
    .map(([section, name]) => [section, name, rules.filter((rule) => rule.section === section)] as const)
    .filter(([, , chosen]) => chosen.length > 0)
    .map(([section, name, chosen]) => [
      `### ${section} ${name}`, '', '| Rule | Seen |', '| --- | --- |',
      ...chosen.map((rule) => `| ${titleOf(rule).replaceAll('|', '\\|')}${rule.since === undefined ? '' : ` (since ${rule.since})`} | ${SEEN[rule.seen]} |`),
      '', '',
    ].join('\n'))
    .join('')
}
