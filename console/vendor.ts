import { fileURLToPath } from 'node:url'

/** What the page uses of lit-html. */
const names = ['lit-html.js', 'directive.js', 'directive-helpers.js', 'directives/repeat.js']

/**
 * What the page imports of others, by the path that it is asked for under; they import one another alone, by where they lie. What Node
 * would import of lit-html is made for servers; the browsers' own lies above it.
 */
export const vendorFiles: Readonly<Record<string, string>> = Object.fromEntries(
  names.map((name) => [`/vendor/${name}`, fileURLToPath(new URL(`../${name}`, import.meta.resolve('lit-html')))]),
)
