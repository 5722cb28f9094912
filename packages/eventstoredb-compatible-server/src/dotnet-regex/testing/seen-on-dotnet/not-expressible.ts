/** What .NET 10 took, and what is refused here because JavaScript has nothing like it. */
export const NOT_EXPRESSIBLE: readonly string[] = [
  '\\k<n>(?<n>a)',
  '(?<n>a)|b\\k<n>',
  '(?:(a)|b)\\1',
  '(?<n>a)(?<n>b)\\k<n>',
  '(?<n>a)(?<-n>b)',
  '(?<n>a)?(?(n)b|c)',
  '(a)?(?(1)b|c)',
  '(?<=a(.)\\1)b',
  '(?<n>a)(?<-n>b)',
  '(?i)(a)\\1',
  '(?(1)a|b)(c)',
  '(?<n-m>a)(?<m>b)',
  '\\k<1>(a)',
  '\\<1>(a)',
  '(?:(?<n>a)|(?<n>b))\\k<n>',
]
