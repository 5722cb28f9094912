import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** Why the file cannot be read; undefined where it can. */
export const fileFault = (path: string): string | undefined => {
  try {
    readFileSync(path)
    return undefined
  } catch (error) {
    return `the file cannot be read (${String((error as NodeJS.ErrnoException).code)})`
  }
}

/** The same of a file that has to hold a certificate, or several, as PEM. */
export const certificateFileFault = (path: string): string | undefined => {
  const fault = fileFault(path)
  if (fault !== undefined) return fault
  try {
    new X509Certificate(readFileSync(path))
    return undefined
  } catch {
    return 'the file holds no certificate as PEM (-----BEGIN CERTIFICATE-----)'
  }
}
