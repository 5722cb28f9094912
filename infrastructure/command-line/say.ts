import { visible } from './visible.ts'

const asLines = (text: string): string => visible(text.endsWith('\n') ? text : `${text}\n`)

/** To whoever runs a tool: what it found out. Whatever is in the text, nothing is done to the terminal. */
export const say = (text: string): void => {
  process.stdout.write(asLines(text))
}

/** The same, of what went wrong. */
export const complain = (text: string): void => {
  process.stderr.write(asLines(text))
}
