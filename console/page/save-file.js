/** Hands over what was asked for with the token, which a plain link could not send. @param {Blob} content @param {string} name */
export const saveFile = (content, name) => {
  const href = URL.createObjectURL(content)
  Object.assign(document.createElement('a'), { href, download: name }).click()
  // The browser has begun to take it by then.
  setTimeout(() => URL.revokeObjectURL(href), 60_000)
}
