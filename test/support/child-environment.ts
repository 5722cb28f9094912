/** All that a child has of this process's environment: where programs are, and where what was compiled is kept. A test names the rest. */
export const childEnvironment = {
  PATH: process.env['PATH'],
  NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
} as const
