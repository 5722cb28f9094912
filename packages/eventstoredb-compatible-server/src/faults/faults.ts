import grpc from '@grpc/grpc-js'
import { RpcError } from '../grpc/errors.ts'
import type { Node } from '../node.ts'
import { callKindOf, type CallKind } from './calls.ts'
import { FaultyCall } from './faulty-call.ts'

/** What may happen to an answer. All but `refused` leave the work done. */
type AnswerFault =
  | { readonly kind: 'late'; readonly milliseconds: number }
  | { readonly kind: 'never' }
  | { readonly kind: 'dropped' }
type RequestFault = { readonly kind: 'refused'; readonly error: RpcError }
type Planned = { readonly call: CallKind; readonly fault: AnswerFault | RequestFault; times: number }

type OpenCall = {
  readonly kind: CallKind | undefined
  readonly call: grpc.ServerInterceptingCallInterface
  readonly timers: NodeJS.Timeout[]
  /** Answers that the handler takes for sent and that have not left yet, or never will. */
  owed: number
  /** How to end the call in good order, which must not overtake those answers. */
  end?: () => void
  /** It was ended by a fault, while its handler may still be at work. */
  isOver?: boolean
}

type Held = { readonly open: OpenCall; readonly send: () => void }

const OK = { code: grpc.status.OK, details: 'OK' }

/**
 * Faults on demand. They sit between the handlers and the wire, as an interceptor that only a controlled server has, and can't be
 * reached over the network. Planned faults are used up by the next calls that they fit, in the order they were planned.
 */
export class Faults {
  readonly #planned: Planned[] = []
  readonly #open = new Set<OpenCall>()
  readonly #paused = new Map<CallKind, Held[]>()
  #doubled = 0
  #node: Node | undefined

  /** The next answers come that much later. An answer is every message to the client, or the error that stands for it. */
  answerLate(call: CallKind, milliseconds: number, times = 1): void {
    this.#plan(call, { kind: 'late', milliseconds }, times)
  }

  /** The work is done, but the next answers never come; the calls stay open. */
  answerNever(call: CallKind, times = 1): void {
    this.#plan(call, { kind: 'never' }, times)
  }

  /** The work is done, and then the connection is cut in place of the answer. */
  dropBeforeAnswer(call: CallKind, times = 1): void {
    this.#plan(call, { kind: 'dropped' }, times)
  }

  /** The next requests end with this status; nothing is done for them. */
  refuse(call: CallKind, code: grpc.status, details: string, times = 1): void {
    this.#plan(call, { kind: 'refused', error: new RpcError(code, details) }, times)
  }

  /** The next messages to consumers of persistent subscriptions are sent twice. */
  deliverTwice(times = 1): void {
    this.#doubled += times
  }

  /** Calls that are open now end as if all was said. */
  endGracefully(call: CallKind): void {
    for (const open of this.#of(call)) this.#end(open, OK)
  }

  /** Calls that are open now end with this status; trailers as in the protocol, `exception` among them. */
  endWith(call: CallKind, code: grpc.status, details: string, trailers: Readonly<Record<string, string>> = {}): void {
    for (const open of this.#of(call)) this.#end(open, new RpcError(code, details, trailers))
  }

  /** From now on nothing is sent to calls of this kind; the server goes on and fills what buffers there are. */
  pauseDelivery(call: CallKind): void {
    if (!this.#paused.has(call)) this.#paused.set(call, [])
  }

  resumeDelivery(call: CallKind): void {
    const held = this.#paused.get(call) ?? []
    this.#paused.delete(call)
    for (const { send } of held) send()
  }

  /** Groups that are made or loaded from now on lose messages at a restart, as the server's option `losesMessages` says. */
  loseMessages(lose = true): void {
    this.#node?.loseMessages(lose)
  }

  /** Cuts every connection; new ones are taken. */
  dropConnections(): void {
    this.#node?.connections.destroyAll()
  }

  /** Forgets what is planned and not used up, and lets paused messages go. */
  clear(): void {
    this.#planned.length = 0
    this.#doubled = 0
    for (const call of [...this.#paused.keys()]) this.resumeDelivery(call)
  }

  /** What is held for clients at the moment. */
  counts(): { readonly calls: number; readonly listeners: number; readonly connections: number } {
    return {
      calls: this.#open.size,
      listeners: this.#node?.log.listenerCount() ?? 0,
      connections: this.#node?.connections.count() ?? 0,
    }
  }

  /** To be called once, when the server is there. */
  attach(node: Node): void {
    this.#node = node
  }

  readonly interceptor: grpc.ServerInterceptor = ({ path }, call) => {
    const kind = callKindOf(path)
    const open: OpenCall = { kind, call, timers: [], owed: 0 }
    let answered = false
    this.#open.add(open)
    return new FaultyCall(call, {
      opened: {
        onReceiveMessage: (message: unknown, pass) => {
          const fault = this.#take(kind, 'request')
          if (fault?.kind === 'refused') call.sendStatus(fault.error)
          else pass(message)
        },
        // Comes at every end of a call, not only when it was cancelled.
        onCancel: () => {
          for (const timer of open.timers) clearTimeout(timer)
          this.#open.delete(open)
          this.#letGo(open)
        },
      },
      answer: (send, pretend) => {
        answered = true
        // Whatever is sent after the end would break the call in place of ending it.
        if (open.isOver === true) return pretend()
        // One call carries many appends: the others must not wait for the one whose answer is held.
        this.#answer(open, send, path.endsWith('/BatchAppend') ? pretend : undefined)
      },
      message: (message) => {
        if (kind !== 'consume' || this.#doubled === 0 || !Buffer.isBuffer(message)) return 1
        this.#doubled -= 1
        return 2
      },
      status: (send, code) => {
        if (code === grpc.status.OK && open.owed > 0) open.end = send
        else if (answered) send()
        else this.#answer(open, send)
      },
    })
  }

  /** `pretend` has the handler go on as if the answer had been sent. */
  #answer(open: OpenCall, send: () => void, pretend?: () => void): void {
    const held = open.kind && this.#paused.get(open.kind)
    if (held !== undefined) {
      held.push({ open, send: () => this.#answer(open, send, pretend) })
      return
    }
    const fault = this.#take(open.kind, 'answer')
    if (fault === undefined) return send()
    if (fault.kind === 'dropped') return this.#drop(open)
    if (pretend !== undefined) open.owed += 1
    if (fault.kind === 'late') {
      open.timers.push(
        setTimeout(() => {
          send()
          if (pretend === undefined) return
          open.owed -= 1
          if (open.owed === 0) open.end?.()
        }, fault.milliseconds),
      )
    }
    pretend?.()
  }

  /** What is held for a call that is over would be of no use to anybody, but use up what is planned for others. */
  #letGo(open: OpenCall): void {
    for (const [kind, held] of this.#paused)
      this.#paused.set(
        kind,
        held.filter((one) => one.open !== open),
      )
  }

  #end(open: OpenCall, status: Parameters<OpenCall['call']['sendStatus']>[0]): void {
    open.isOver = true
    open.call.sendStatus(status)
  }

  #plan(call: CallKind, fault: Planned['fault'], times: number): void {
    if (times > 0) this.#planned.push({ call, fault, times })
  }

  #drop({ call }: OpenCall): void {
    const { remotePort } = call.getConnectionInfo()
    if (remotePort !== undefined) this.#node?.connections.destroy(remotePort)
  }

  #take(call: CallKind | undefined, of: 'request' | 'answer'): Planned['fault'] | undefined {
    const at = this.#planned.findIndex(
      (planned) => planned.call === call && (planned.fault.kind === 'refused') === (of === 'request'),
    )
    const planned = this.#planned[at]
    if (planned === undefined) return undefined
    planned.times -= 1
    if (planned.times <= 0) this.#planned.splice(at, 1)
    return planned.fault
  }

  #of(call: CallKind): readonly OpenCall[] {
    return [...this.#open].filter(({ kind }) => kind === call)
  }
}
