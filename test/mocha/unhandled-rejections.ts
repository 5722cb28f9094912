/** mocha leaves a rejection that nobody handled to whoever else listens, and passes. Thrown, it fails the test that runs. */
process.on('unhandledRejection', (reason) => {
  throw reason
})
