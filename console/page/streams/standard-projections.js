import { html } from '/vendor/lit-html.js'

/** Whether the store writes it by its standard projections alone. @param {string} stream */
export const isProjected = (stream) => /^\$(?:ce|et)-/.test(stream)

/** Why there are no such streams, and what to do for them. */
export const notProjected = () => html`
  <p class="hint">
    Streams by category (<code>$ce-</code>) and by type (<code>$et-</code>) are written by the standard projections of
    the event store, which do not run here. The embedded one runs them after
    <code>npm start -- --projections</code>, a real one with <code>EVENTSTORE_RUN_PROJECTIONS=System</code> and
    <code>EVENTSTORE_START_STANDARD_PROJECTIONS=true</code>. Without them, <code>$all</code> has every event.
  </p>
`
