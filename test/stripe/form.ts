export type Parameters = { readonly [name: string]: string | Parameters }

type Building = { [name: string]: string | Building }

/** `metadata[order_id]=1&expand[0]=x` as Stripe reads it: brackets are names within names (docs.stripe.com/api, "form-encoded"). */
export const readForm = (text: string): Parameters => {
  const all: Building = {}
  for (const [name, value] of new URLSearchParams(text)) {
    const path = name.replaceAll(']', '').split('[')
    const last = path.pop() ?? ''
    let place = all
    for (const part of path) {
      const next = place[part]
      place = typeof next === 'object' ? next : (place[part] = {})
    }
    place[last] = value
  }
  return all
}

export const textOf = (parameters: Parameters, name: string): string | undefined => {
  const value = parameters[name]
  return typeof value === 'string' ? value : undefined
}

export const textsOf = (parameters: Parameters, name: string): Record<string, string> => {
  const value = parameters[name]
  if (typeof value !== 'object') return {}
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
}
