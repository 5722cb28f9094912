import { fileURLToPath } from 'node:url'
import { startProcess, type StartedProcess } from './started-process.ts'

const embeddedProgram = fileURLToPath(new URL('../embedded/event-store/main.ts', import.meta.url))

/** The embedded event store in a process of its own, which ends with this one; resolves when it is ready. */
export const startEventStoreProcess = (
  args: readonly string[],
  nodeArgs: readonly string[] = [],
): Promise<StartedProcess> =>
  startProcess([...nodeArgs, embeddedProgram, ...args], { EXIT_WITH_PARENT: '1' }, /esdb:\S+?tls=false/)
