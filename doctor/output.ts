import Table from 'cli-table3'
import type { Finding } from './finding.ts'

/** 0: all is fine; 1: something is wrong, or could not be looked at. */
export const exitCodeOf = (findings: readonly Finding[]): number =>
  findings.every(({ state }) => state === 'fine') ? 0 : 1

export const findingsAsJson = (findings: readonly Finding[]) => ({
  fine: exitCodeOf(findings) === 0,
  findings: findings.map(({ todo, ...finding }) => ({ ...finding, todo: todo ?? null })),
})

/** For people: a line for each finding, and what to do about those that are wrong. */
export const findingsText = (findings: readonly Finding[]): string => {
  const table = new Table({
    head: ['', 'what', 'seen'],
    style: { head: [], border: [] },
    colWidths: [9, 32, 76],
    wordWrap: true,
  })
  for (const { about, state, seen } of findings) table.push([state, about, seen])
  const todo = findings.flatMap(({ about, state, todo: what }) =>
    state === 'wrong' && what !== undefined ? [`${about}: ${what}`] : [],
  )
  const last =
    exitCodeOf(findings) === 0 ? ['Nothing is wrong.'] : todo.length === 0 ? [] : ['', 'What to do:', ...todo]
  return [table.toString(), ...last].join('\n')
}
