/** What a file takes from which others. */
export type Imports = ReadonlyMap<string, readonly string[]>

/**
 * Files that lead back to themselves by what they import, types too: each such circle once, its files in the order of their names.
 * By Tarjan's algorithm for strongly connected components.
 */
export const circlesAmong = (imports: Imports): readonly (readonly string[])[] => {
  const circles: string[][] = []
  const found = new Map<string, number>()
  const lowest = new Map<string, number>()
  const open: string[] = []
  const visit = (file: string): number => {
    const number = found.size
    found.set(file, number)
    lowest.set(file, number)
    open.push(file)
    const others = (imports.get(file) ?? []).filter((other) => imports.has(other))
    for (const other of others) {
      if (!found.has(other)) visit(other)
      if (open.includes(other)) lowest.set(file, Math.min(lowest.get(file) ?? number, lowest.get(other) ?? number))
    }
    if (lowest.get(file) === number) {
      const members = open.splice(open.indexOf(file))
      if (members.length > 1 || others.includes(file)) circles.push(members.sort())
    }
    return number
  }
  for (const file of imports.keys()) if (!found.has(file)) visit(file)
  return circles
}
