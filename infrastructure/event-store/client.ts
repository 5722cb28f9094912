import { randomInt } from 'node:crypto'
import { EventStoreDBClient } from '@eventstore/db-client'
import { StoreUnavailable } from './port.ts'
import { answerWithin } from './answer-within.ts'
import { askForFeatures, closeConnection, keepFaultsHandled } from './client-channel.ts'
import type { Warn } from './adapter-settings.ts'

/** It was closed from here; asking again would not help. */
export class ClientClosed extends StoreUnavailable {}

/** Milliseconds between two pings, and the range that is added to it by lot. */
const keepAliveMs = 10_000
const keepAliveSpreadMs = 5_000

/**
 * Nothing is sent by this; the first call connects. gRPC lets all channels of a process that are set up alike share one connection, with
 * its hundred streams and its end; so each client pings in an interval of its own, which keeps it on a connection of its own.
 */
export const openClient = (url: string, name: string): EventStoreDBClient => {
  // No URL: it may name several hosts.
  const [hosts = '', ...options] = url.split('?')
  const withName = new URLSearchParams(options.join('?'))
  if (!withName.has('connectionName')) withName.set('connectionName', name)
  if (!withName.has('keepAliveInterval'))
    withName.set('keepAliveInterval', String(keepAliveMs + randomInt(keepAliveSpreadMs)))
  const client = EventStoreDBClient.connectionString(`${hosts}?${withName.toString()}`)
  keepFaultsHandled(client)
  return client
}

/**
 * Ends all calls of the client and its connection; whoever still waits gets an error. `dispose` cancels the streams but leaves the
 * connection, which would keep the process alive and the server's side open. Never throws.
 */
export const closeClient = async (client: EventStoreDBClient, limitMs: number, warn: Warn): Promise<void> => {
  try {
    await answerWithin(client.dispose(), limitMs, 'disposing of a client')
    await answerWithin(closeConnection(client), limitMs, 'closing a connection')
  } catch (error) {
    warn('a client could not be closed', error)
  }
}

/**
 * Asks for the server's features, which the first append would do otherwise, without a limit. Should that fail with anything but
 * UNAVAILABLE the client keeps the failure for ever: the caller must then take a new client.
 */
export const warmUp = async (client: EventStoreDBClient, limitMs: number): Promise<void> => {
  await answerWithin(askForFeatures(client), limitMs, 'asking for the features of the server')
}
