import type { Decider } from '../../../domain/shared/decider.ts'
import { Refusal } from '../../../domain/shared/refusal.ts'
import type { createCommandHandling, Handled } from '../../../infrastructure/event-store/handle-command.ts'
import type { Mutation } from './mutation.ts'

type AnyEvent = { readonly type: string }
type AnyDecider = Decider<unknown, object, AnyEvent>
type Create = typeof createCommandHandling
type Store = Parameters<Create>[0]['store']

/** What has been decided so far about the commands of one batch. Decided again, after a look or a conflict, it is another pass. */
export type Pass = { events: number; readonly refusals: Refusal[] }

/** One command, from when it is asked for until it is answered. */
export type Call = {
  readonly stream: string
  readonly decider: object
  /** Ends it at once, whatever comes of it afterwards. */
  readonly answer: (handled: Handled<unknown, AnyEvent>) => void
  readonly refuse: (refusal: Refusal) => void
  /** The last that it was part of. */
  pass: Pass
}

export type Watch = {
  /** What is decided about the one, as it is decided; the pass is as the commands before it have left it. */
  readonly decided?: (call: Call, decision: readonly AnyEvent[] | Refusal, state: unknown) => void
  /** It is about to be answered; what is thrown here is the answer. */
  readonly answering?: (call: Call) => void
  /** `passOn`: what is being decided on a stream at this very moment, up to what the handling asks for in the same breath. */
  readonly store?: (store: Store, passOn: (stream: string) => Pass | undefined) => Store
}

const newPass = (): Pass => ({ events: 0, refusals: [] })

/** A mutation that looks over the shoulder of each command handling while it decides, and answers or reads otherwise. */
export const watchedDecisions = (name: string, watch: Watch): Mutation => ({
  name,
  handling: (create) => (dependencies) => watching(create, dependencies, watch),
})

const watching = (
  create: Create,
  dependencies: Parameters<Create>[0],
  { decided, answering, store }: Watch,
): ReturnType<Create> => {
  const calls = new WeakMap<object, Call>()
  const passes = new Map<string, Pass>()

  const passOn = (stream: string): Pass => {
    const known = passes.get(stream)
    if (known !== undefined) return known
    const pass = newPass()
    passes.set(stream, pass)
    // A batch is decided without a pause.
    queueMicrotask(() => passes.delete(stream))
    return pass
  }

  const decide = (original: AnyDecider, command: object, state: unknown): readonly AnyEvent[] => {
    const call = calls.get(command)
    if (call === undefined) throw new Error('nobody has asked for this command')
    const pass = (call.pass = passOn(call.stream))
    try {
      const events = original.decide(command, state)
      decided?.(call, events, state)
      pass.events += events.length
      return events
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      decided?.(call, error, state)
      pass.refusals.push(error)
      throw error
    }
  }

  // One for each decider, so that what is known of a stream, and its snapshots, are known under it.
  const watched = new Map<object, object>()
  const mine = <Fold extends object>(fold: Fold): Fold => {
    // What is given are the shop's deciders, also where only their folds are asked for.
    const original = fold as unknown as AnyDecider
    const one = watched.get(fold) ?? {
      ...original,
      decide: (command: object, state: unknown) => decide(original, command, state),
    }
    watched.set(fold, one)
    return one as Fold
  }

  const commands = create({
    ...dependencies,
    store: store?.(dependencies.store, (stream) => passes.get(stream)) ?? dependencies.store,
    large: (dependencies.large ?? []).map((policy) => ({ ...policy, fold: mine(policy.fold) })),
  })
  return {
    ...commands,
    load: (fold, ...rest) => commands.load(mine(fold), ...rest),
    recall: (fold, stream) => commands.recall(mine(fold), stream),
    learn: (fold, recorded) => {
      commands.learn(mine(fold), recorded)
    },
    handle: <State, Command, Event extends AnyEvent>(
      decider: Decider<State, Command, Event>,
      stream: string,
      command: Command,
      ...rest: HandleRest
    ) => {
      const early = Promise.withResolvers<Handled<State, Event>>()
      // The answer is made from what this decider has decided.
      const answer = (handled: Handled<unknown, AnyEvent>) => {
        early.resolve(handled as Handled<State, Event>)
      }
      const call: Call = { stream, decider, answer, refuse: early.reject, pass: newPass() }
      // A copy: one that is asked for again while the first still waits is another call.
      const own = { ...command }
      calls.set(own as object, call)
      const inTime = commands.handle(mine(decider), stream, own, ...rest).finally(() => answering?.(call))
      return Promise.race([early.promise, inTime])
    },
  }
}

type HandleRest =
  Parameters<ReturnType<Create>['handle']> extends [unknown, unknown, unknown, ...infer Rest] ? Rest : never
