import { Writable } from 'node:stream'

/** Takes what a logger writes, and keeps nothing but how many lines it was. */
export const lineCount = (): { readonly stream: NodeJS.WritableStream; count(): number } => {
  let lines = 0
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      for (const byte of chunk) if (byte === 0x0a) lines += 1
      done()
    },
  })
  return { stream, count: () => lines }
}
