/**
 * What somebody has typed into a field of a form, without the space around it; empty where there is no such field.
 * @param {FormData} given @param {string} name
 */
export const textIn = (given, name) => {
  const value = given.get(name)
  return typeof value === 'string' ? value.trim() : ''
}
