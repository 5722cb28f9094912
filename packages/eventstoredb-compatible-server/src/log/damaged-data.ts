/** What is in the files is not what was written. Nothing is to be made of it but this error. */
export class DamagedData extends Error {
  constructor(what: string) {
    super(`The data is damaged: ${what}.`)
    this.name = 'DamagedData'
  }
}
