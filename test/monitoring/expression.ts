const keywords = new Set(['or', 'and', 'unless', 'by', 'without', 'on', 'ignoring', 'bool', 'offset', 'group_left'])

/** The metrics and recorded series that an expression of PromQL asks for. */
export const seriesIn = (expression: string): readonly string[] => {
  const bare = expression
    .replaceAll(/\{[^}]*\}/g, '')
    .replaceAll(/\[[^\]]*\]/g, '')
    .replaceAll(/\b(by|without|on|ignoring|group_left)\s*\([^)]*\)/g, ' ')
    .replaceAll(/"[^"]*"/g, '')
  const names = [...bare.matchAll(/[a-zA-Z_][\w:]*(?!\w)(?!\s*\()/g)].map(([name]) => name)
  return [...new Set(names.filter((name) => !keywords.has(name)))]
}
