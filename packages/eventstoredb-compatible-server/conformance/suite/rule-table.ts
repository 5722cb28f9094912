import { CHAPTERS } from './chapters.ts'
import { declaredRules, REAL, titleOf, type Rule, type Seen } from './rule.ts'

const SEEN: Readonly<Record<Extract<Seen, string>, string>> = {
  real: `${REAL.version}, ${REAL.day}`,
  watched: `${REAL.version}, by other means; this test not yet run there`,
  read: 'sources',
}

const wordsFor = (seen: Seen): string =>
  typeof seen === 'string'
    ? SEEN[seen]
    : 'differs' in seen
      ? `**differs there:** ${seen.differs}`
      : `**only here:** ${seen.onlyHere}`

const cell = (text: string): string => text.replaceAll('|', '\\|')

const row = (rule: Rule): string =>
  `| ${cell(titleOf(rule))}${rule.since === undefined ? '' : ` (since ${rule.since})`} | ${cell(wordsFor(rule.seen))} |`

/** Every rule and how it came to be believed, as Markdown: what docs/conformance.md has to say. */
export const ruleTable = (): string => {
  const rules = declaredRules()
  return [...CHAPTERS]
    .map(([section, name]) => [section, name, rules.filter((rule) => rule.section === section)] as const)
    .filter(([, , chosen]) => chosen.length > 0)
    .map(([section, name, chosen]) =>
      [`### ${section} ${name}`, '', '| Rule | Seen |', '| --- | --- |', ...chosen.map(row), '', ''].join('\n'),
    )
    .join('')
}
