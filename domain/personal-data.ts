/** What is said of a person in an event, by the name of the field: where they live, and how they are written to. */
const personal: ReadonlySet<string> = new Set(['shipTo', 'contact'])

/** Stands in place of what is not shown. */
export const mask = '•••'

/** An event's content without what it says of a person, and which fields those were. */
export const masked = (data: unknown): { readonly data: unknown; readonly fields: readonly string[] } => {
  const fields = new Set<string>()
  const without = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(without)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value).map(([name, content]: [string, unknown]) => {
        if (!personal.has(name)) return [name, without(content)]
        fields.add(name)
        return [name, mask]
      }),
    )
  }
  const shown = without(data)
  return { data: shown, fields: [...fields] }
}
