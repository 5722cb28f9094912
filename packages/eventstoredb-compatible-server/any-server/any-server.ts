// For suites that run on any EventStoreDB: which one they were told to, and how one is started, killed and started again by a command.
export { chosenEventStore, type ChosenEventStore } from './chosen-event-store.ts'
export { startServerByCommand, type ServerByCommand, type ServerByCommandOptions } from './server-command.ts'
