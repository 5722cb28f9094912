// A program that takes its time to end, and tells how often it was told to.
let told = 0
process.on('SIGTERM', () => {
  told += 1
  if (told > 1) return
  setTimeout(() => {
    process.stdout.write(`told ${told} time(s)\n`)
    process.exit(0)
  }, 1_500)
})
setInterval(() => undefined, 1_000)
process.stdout.write('ready\n')
