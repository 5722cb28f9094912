import { chosenEventStore } from 'eventstoredb-compatible-server/source/testing/any-server'
import { ownEventStore } from '../support/event-store.ts'

export type ShopEventStore = {
  readonly url: string
  /** Hard, and answers when its successor is ready. */
  kill(): Promise<void>
  close(): Promise<void>
}

/** A new and empty one for one shop alone, by EVENTSTORE_COMMAND or embedded. */
export const ownEventStoreOfShop = async (): Promise<ShopEventStore> => {
  const server = await ownEventStore()
  return {
    url: server.url,
    async kill() {
      await server.kill()
      await server.start()
    },
    close: () => server.close(),
  }
}

const runByOthers = (url: string): ShopEventStore => ({
  url,
  kill: () => Promise.reject(new Error(`${url} is not ours to kill: such a test is declared by onOwnEventStore`)),
  close: async () => undefined,
})

/** What EVENTSTORE_URL and EVENTSTORE_COMMAND ask for; undefined: a shop starts the embedded one itself, as `npm start` does. */
export const eventStoreOfShop = async (): Promise<ShopEventStore | undefined> => {
  const chosen = chosenEventStore(process.env)
  switch (chosen.kind) {
    case 'running':
      return runByOthers(chosen.url)
    case 'command':
      return ownEventStoreOfShop()
    case 'embedded':
      return undefined
  }
}
