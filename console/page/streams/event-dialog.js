import { html, nothing } from '/vendor/lit-html.js'
import { get, withQuery } from '../api.js'
import { showDialog } from '../dialog.js'
import { dataOf } from '../event-data.js'
import { hrefOf } from '../route.js'
import { problemBox } from '../state-line.js'
import { timeOf } from '../times.js'

/** @import { StreamEvent, StreamPage } from '../answers.d.ts' */

/** All of an event. @param {StreamEvent} event */
export const showEvent = (event) =>
  showDialog(event.type, (redraw) => {
    /** @param {StreamEvent} shown @param {unknown} [problem] */
    const content = (shown, problem) => html`
      ${problem === undefined ? nothing : problemBox(problem)}
      <dl class="facts">
        <dt>Stream</dt>
        <dd>
          <a class="code" href=${hrefOf(['streams', shown.stream])}>${shown.stream}</a> · revision ${shown.revision}
        </dd>
        ${
          shown.position === null
            ? nothing
            : html`<dt>Position</dt>
                <dd class="code">${shown.position}</dd>`
        }
        <dt>Id</dt>
        <dd class="code">${shown.id}</dd>
        <dt>Written</dt>
        <dd>${timeOf(shown.created)}</dd>
        ${
          shown.link === undefined
            ? nothing
            : html`<dt>By a link</dt>
                <dd class="code">revision ${shown.link.revision} of ${shown.link.stream}</dd>`
        }
      </dl>
      ${dataOf(shown.data)}
      ${
        (shown.masked ?? []).length === 0
          ? nothing
          : html`<p class="hint">
              Personal data is hidden.
              <button type="button" class="small" @click=${reveal}>Show it (this is logged)</button>
            </p>`
      }
      ${dataOf(shown.metadata, 'Metadata')}
      ${shown.link === undefined ? nothing : dataOf(shown.link.metadata, 'Metadata of the link')}
    `
    const reveal = async () => {
      // From its own stream, wherever it was found: there its revision is its place.
      const path = withQuery(`/v1/streams/${encodeURIComponent(event.stream)}`, {
        from: event.revision,
        direction: 'forwards',
        limit: 1,
        reveal: 'true',
      })
      try {
        const found = /** @type {StreamPage} */ (await get(path)).items.find(({ id }) => id === event.id)
        redraw(content(found === undefined ? event : { ...found, masked: [] }))
      } catch (error) {
        redraw(content(event, error))
      }
    }
    return content(event)
  })
