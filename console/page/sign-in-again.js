import { render } from '/vendor/lit-html.js'
import { hasRunOut, signOut } from './session.js'
import { signInScreen } from './sign-in.js'

/**
 * Covers what is shown, which stays there with all that was typed, until somebody signs in.
 * @returns {() => void} uncovers it
 */
export const signInAgain = () => {
  const element = document.createElement('dialog')
  element.className = 'cover'
  element.setAttribute('aria-labelledby', 'sign-in')
  const leaving = new AbortController()
  element.addEventListener('cancel', (event) => event.preventDefault())
  element.addEventListener('close', () => {
    leaving.abort()
    element.remove()
    // Whatever has closed it: nobody looks at what is behind it without a token.
    if (hasRunOut()) signOut()
  })
  document.body.append(element)
  signInScreen(
    {
      signal: leaving.signal,
      called: () => undefined,
      show: (content) => void render(content, element),
    },
    { again: true },
  )
  element.showModal()
  return () => element.close()
}
