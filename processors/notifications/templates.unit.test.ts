import { expect } from 'chai'
import { isForOperators } from '../../domain/notifications/channels.ts'
import { templates, type Template } from '../../domain/notifications/events.ts'
import { languages } from '../../domain/shared/language.ts'
import { sampleOf } from './samples.ts'
import { wordingIn, type View, type Wording } from './templates.ts'
import { viewOf } from './views.ts'

const written = ({ subject, text, html, sms }: Wording, view: View): readonly string[] =>
  [subject, text, html, ...(sms === undefined ? [] : [sms])].map((render) => render(view))

/** The same with something in each field that stands nowhere else; what decides between two wordings is left as it is. */
const marked = (value: unknown, name: string): unknown => {
  if (typeof value === 'boolean') return value
  if (Array.isArray(value)) return value.map((one: unknown, index) => marked(one, `${name}${index}`))
  if (typeof value !== 'object' || value === null) return `[${name}]`
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, marked(one, `${name}.${key}`)]))
}
const marksIn = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(marksIn) : []
}
const viewsOf = (template: Template) =>
  sampleOf(template).map((facts) => marked(viewOf(template, facts, 'en', 'UTC'), template) as View)

describe('the templates', () => {
  for (const language of languages) {
    for (const template of templates) {
      const wording = wordingIn(language, template)
      const views = viewsOf(template)

      it(`${language}: ${template} says all that is known, in its text and in its HTML`, () => {
        const fields = new Set(views.flatMap(marksIn))
        // Which day it was is not said in each.
        fields.delete(`[${template}.date]`)
        if (isForOperators(template)) fields.delete(`[${template}.name]`)
        const texts = views.map((view) => wording.subject(view) + wording.text(view)).join('\n')
        const pages = views.map((view) => wording.html(view)).join('\n')
        for (const field of fields) {
          expect(texts).to.contain(field)
          expect(pages).to.contain(field)
        }
      })

      it(`${language}: ${template} is one line as a subject and on a telephone, with nothing left open`, () => {
        for (const view of views) {
          for (const one of written(wording, view)) expect(one).not.to.match(/undefined|null|\[object|\{\{|\}\}/)
          expect(wording.subject(view)).to.match(/^\S.*\S$/)
          if (wording.sms !== undefined) expect(wording.sms(view)).to.match(/^\S.*\S$/)
          expect(wording.text(view)).to.match(/^\S[^]*\S\n$/)
        }
        expect(wording.sms === undefined).to.equal(isForOperators(template))
      })

      it(`${language}: ${template} is not written with a field that is missing`, () => {
        const used = new Set<string>()
        for (const view of views) {
          for (const name of Object.keys(view)) {
            const { [name]: _, ...others } = view
            try {
              written(wording, others)
            } catch (error) {
              expect((error as Error).message).to.match(/not defined/)
              used.add(name)
            }
          }
        }
        const known = new Set(views.flatMap((view) => Object.keys(view)))
        known.delete('date')
        if (isForOperators(template)) known.delete('name')
        expect([...known].filter((name) => !used.has(name))).to.deep.equal([])
      })
    }
  }

  it('escape what stands in a page, and leave a text as it is', () => {
    const wording = wordingIn('en', 'shipped')
    const view = { number: '1', name: '<script>"&\'', date: '', carrier: '<b>', trackingNumber: '</p>' }
    expect(wording.text(view)).to.contain('Hello <script>"&\',')
    expect(wording.html(view))
      .to.contain('Hello &lt;script&gt;&quot;&amp;&#x27;,')
      .and.to.contain('&lt;b&gt; brings')
      .and.to.contain('<b>&lt;/p&gt;</b>')
  })

  it('escape what stands in an attribute, and make no link of what is no page', () => {
    const [facts] = sampleOf('confirm_payment')
    if (facts === undefined) throw new Error('there is no sample')
    const html = (url: string) => {
      const cause = { type: 'PaymentActionRequired', orderId: facts.placed.orderId, paymentId: 'p', url } as const
      return wordingIn('en', 'confirm_payment').html(viewOf('confirm_payment', { ...facts, cause }, 'en', 'UTC'))
    }
    expect(html('https://bank.example/?a=1&b="><script>')).to.contain(
      '<a href="https://bank.example/?a&#x3D;1&amp;b&#x3D;&quot;&gt;&lt;script&gt;">',
    )
    expect(html('javascript:alert(1)')).not.to.contain('<a ')
  })
})
