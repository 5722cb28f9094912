/** How a table is built anew, as one would type it: `script` as package.json names it. */
export const rebuildCommandOf =
  (script: string) =>
  (name: string): string =>
    `npm run ${script} -- rebuild ${name}`
