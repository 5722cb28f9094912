/** Said by a screen reader when it has nothing else to say. @param {string} text */
export const announce = (text) => {
  const said = document.getElementById('said')
  if (said !== null && said.textContent !== text) said.textContent = text
}
