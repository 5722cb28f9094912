import type { ReceivedSpan } from './otlp-receiver.ts'

/**
 * A trace as lines, indented under what each is a part of; what is side by side in the order of its text. Spans whose parents have not been
 * received are told of as orphans.
 */
export const treeOf = (spans: readonly ReceivedSpan[], isShown: (span: ReceivedSpan) => boolean): readonly string[] => {
  const ids = new Set(spans.map(({ spanId }) => spanId))
  const shown = spans.filter(isShown)
  const under = (parent: string | undefined): readonly (readonly string[])[] =>
    shown
      .filter(({ parentSpanId }) => parentSpanId === parent)
      .map((span) => [
        `${span.service}: ${span.name}${span.failed ? ' (failed)' : ''}${span.links.length > 0 ? ' (linked)' : ''}`,
        ...under(span.spanId)
          .flat()
          .map((line) => `  ${line}`),
      ])
      .toSorted((a, b) => (a.join('\n') < b.join('\n') ? -1 : 1))
  const orphans = shown.filter(({ parentSpanId }) => parentSpanId !== undefined && !ids.has(parentSpanId))
  return [...under(undefined).flat(), ...orphans.map((span) => `orphan: ${span.name}`)]
}
