import { eventStoreProgram } from '../embedded/event-store-program.ts'
import { startProcess, type StartedProcess } from './started-process.ts'

/** The embedded event store in a process of its own, which ends with this one; resolves when it is ready. */
export const startEventStoreProcess = (
  args: readonly string[],
  nodeArgs: readonly string[] = [],
): Promise<StartedProcess> =>
  startProcess([...nodeArgs, eventStoreProgram, ...args], { EXIT_WITH_PARENT: '1' }, /esdb:\S+?tls=false/)
