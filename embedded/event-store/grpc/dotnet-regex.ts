import { handlerFailed } from './errors.ts'

/**
 * Reads a regular expression the way .NET would, as far as JavaScript has the same thing: the anchors \A, \Z and \z, and options
 * such as (?i) at the start. What can't be expressed is refused rather than misread.
 */
export const dotnetRegex = (source: string): RegExp => {
  const options = /^\(\?([imsn]+)\)/.exec(source)
  const flags = new Set<string>(/\\[pP]\{/.test(source) ? ['u'] : [])
  for (const option of options?.[1] ?? '') if (option !== 'n') flags.add(option)
  const pattern = source
    .slice(options?.[0].length ?? 0)
    .replace(/\\([\s\S])/g, (escape: string, character: string) => anchors[character] ?? escape)
  try {
    return new RegExp(pattern, [...flags].join(''))
  } catch (error) {
    throw handlerFailed(`Invalid regular expression: ${error instanceof Error ? error.message : String(error)}`)
  }
}

const anchors: Readonly<Record<string, string>> = {
  A: '(?<![\\s\\S])',
  Z: '(?=\\n?(?![\\s\\S]))',
  z: '(?![\\s\\S])',
}
