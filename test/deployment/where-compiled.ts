// Prints where Node keeps what it compiles of this program.
import { getCompileCacheDir } from 'node:module'

process.stdout.write(`${getCompileCacheDir() ?? 'nowhere'}\n`)
