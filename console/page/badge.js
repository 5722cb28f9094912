import { html } from '/vendor/lit-html.js'
import { capital, codeWords } from './words.js'

/** @typedef {'good' | 'bad' | 'busy' | 'calm' | 'warn'} Tone */

/** @type {Readonly<Record<string, Tone>>} */
const tones = {
  placed: 'busy',
  confirmed: 'good',
  shipped: 'good',
  delivered: 'calm',
  rejected: 'bad',
  cancelled: 'calm',
  requested: 'busy',
  action_required: 'warn',
  unknown: 'warn',
  succeeded: 'good',
  failed: 'bad',
  mismatch: 'bad',
  running: 'good',
  paused: 'bad',
  open: 'bad',
  half_open: 'warn',
  closed: 'good',
}

/** A state in one word. Colour says nothing that the word does not. @param {string} state @param {Tone} [tone] */
export const badge = (state, tone = tones[state] ?? 'calm') =>
  html`<span class="badge ${tone}">${capital(codeWords(state))}</span>`
