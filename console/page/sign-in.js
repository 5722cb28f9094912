import { html, nothing } from '/vendor/lit-html.js'
import { get, post } from './api.js'
import { problemBox } from './state-line.js'
import { signIn, signOut } from './session.js'

/** @import { Screen } from './main.js' */

/**
 * @param {Pick<Screen, 'show' | 'called' | 'signal'>} screen
 * @param {{ again: boolean }} [how] `again`: over what is shown to whom has to sign in once more
 */
export const signInScreen = ({ show, called, signal }, { again } = { again: false }) => {
  called('Sign in')
  let development = false
  /** @type {unknown} */
  let problem

  const asOperator = async () => {
    try {
      const { token } = /** @type {{ token: string }} */ (await post('/sign-in', {}))
      signIn(token)
    } catch (error) {
      problem = error
      draw()
    }
  }
  /** @param {SubmitEvent} event */
  const withToken = (event) => {
    event.preventDefault()
    const given = new FormData(/** @type {HTMLFormElement} */ (event.target)).get('token')
    if (typeof given === 'string' && given.trim() !== '') signIn(given)
  }

  const draw = () =>
    show(html`
      <section class="sign-in" aria-labelledby="sign-in">
        <h1 id="sign-in">${again ? 'Sign in again' : 'Sign in'}</h1>
        ${again ? html`<p>Your token is not taken any more. What you were at is kept, as you left it.</p>` : nothing}
        ${problem === undefined ? nothing : problemBox(problem)}
        ${
          development
            ? html`
                ${again ? nothing : html`<p>This shop runs on your own machine: you can come in as its operator.</p>`}
                <button class="primary" type="button" @click=${asOperator}>Sign in as operator</button>
                <p class="or">or</p>
              `
            : nothing
        }
        <form @submit=${withToken}>
          <label>
            Token of an operator
            <textarea name="token" rows="3" required spellcheck="false" autocomplete="off"></textarea>
          </label>
          <p class="hint">It stays in this tab, and is forgotten when the tab is closed.</p>
          <button type="submit">Sign in with the token</button>
        </form>
        ${again ? html`<button class="quiet" type="button" @click=${signOut}>Leave it, and sign out</button>` : nothing}
      </section>
    `)

  draw()
  get('/sign-in', signal).then(
    (answer) => {
      development = /** @type {{ development: boolean }} */ (answer).development
      draw()
    },
    (error) => {
      if (signal.aborted) return
      problem = error
      draw()
    },
  )
}
