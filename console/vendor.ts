import { fileURLToPath } from 'node:url'

/**
 * What the page imports of others, by the path that it is asked for under. Each is one file that imports nothing. What Node would import
 * of lit-html is made for servers; the browsers' own lies above it.
 */
export const vendorFiles: Readonly<Record<string, string>> = {
  '/vendor/lit-html.js': fileURLToPath(new URL('../lit-html.js', import.meta.resolve('lit-html'))),
}
