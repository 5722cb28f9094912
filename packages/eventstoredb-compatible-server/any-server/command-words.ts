const word = /(?:[^\s'"]|'[^']*'|"[^"]*")+/g

/**
 * The words of a command that no shell sees: split at spaces, except between single or double quotes, which are taken off. There are no
 * escapes, variables or wildcards.
 * @throws Error for a quote that is not closed
 */
export const wordsOf = (command: string): readonly string[] => {
  if (/['"]/.test(command.replaceAll(word, ''))) throw new Error(`a quote is not closed in: ${command}`)
  return Array.from(command.matchAll(word), ([text]) =>
    text.replaceAll(/'([^']*)'|"([^"]*)"/g, (_, single?: string, double?: string) => single ?? double ?? ''),
  )
}
