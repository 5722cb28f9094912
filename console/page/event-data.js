import { html } from '/vendor/lit-html.js'

/** Whatever an event holds, as text: it may come from anybody. @param {unknown} data @param {string} [label] */
export const dataOf = (data, label = 'Content') => html`
  <h3>${label}</h3>
  <pre tabindex="0" role="region" aria-label=${label}>${JSON.stringify(data, null, 2)}</pre>
`
