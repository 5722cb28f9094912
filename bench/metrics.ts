/** The sum over all series of a metric that have these labels; 0 where there is none. */
export type Metrics = (name: string, labels?: Readonly<Record<string, string | RegExp>>) => number

type Series = { readonly name: string; readonly labels: ReadonlyMap<string, string>; readonly value: number }

const line = /^(\w+)(?:\{(.*)\})? (\S+)$/

/** In Prometheus' text format. Labels here hold no quotation marks. */
const seriesIn = (text: string): readonly Series[] =>
  text.split('\n').flatMap((one) => {
    const match = line.exec(one)
    if (match === null) return []
    const [, name = '', labels = '', value = ''] = match
    return [
      {
        name,
        labels: new Map([...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, label = '', given = '']) => [label, given])),
        value: Number(value),
      },
    ]
  })

export const metricsIn = (text: string): Metrics => {
  const series = seriesIn(text)
  return (name, labels = {}) =>
    series
      .filter(
        (one) =>
          one.name === name &&
          Object.entries(labels).every(([label, wanted]) => {
            const given = one.labels.get(label) ?? ''
            return typeof wanted === 'string' ? given === wanted : wanted.test(given)
          }),
      )
      .reduce((sum, { value }) => sum + value, 0)
}

/** What a process says of itself now. */
export const metricsOf = async (url: string): Promise<Metrics> => {
  const answer = await fetch(`${url}/metrics`)
  if (!answer.ok) throw new Error(`${url}/metrics answered ${answer.status}`)
  return metricsIn(await answer.text())
}
