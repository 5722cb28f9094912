import { fileURLToPath } from 'node:url'

/** The command line of the embedded event store: a file that Node runs. */
export const eventStoreProgram = fileURLToPath(import.meta.resolve('eventstoredb-compatible-server/source/main'))
