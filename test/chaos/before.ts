import { startProxy, type Proxy } from '../event-store/proxy.ts'

export type Before = {
  readonly proxy: Proxy
  /** The same address, by way of the proxy. */
  readonly url: string
}

/** A proxy before the server at this address, on whichever machine that is. */
export const startBefore = async (address: string, usualPort: number): Promise<Before> => {
  const url = new URL(address)
  const proxy = await startProxy(url.port === '' ? usualPort : Number(url.port), url.hostname)
  url.host = new URL(proxy.url).host
  return { proxy, url: url.href }
}

/** @throws Error for an address whose connections would not go by the proxy, or not through it */
export const startBeforeEventStore = async (address: string): Promise<Before> => {
  if (!/^esdb:\/\/[^,/?]+(\/?\?.*)?$/i.test(address) || !/[?&]tls=false/i.test(address))
    throw new Error(
      `chaos cuts the connections to one event store without TLS (esdb://host:port?tls=false), and cannot to ${address}`,
    )
  return startBefore(address, 2113)
}
