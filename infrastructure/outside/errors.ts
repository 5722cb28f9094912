/** Nothing was sent (connection refused, circuit breaker open): the outside has not heard of it, for certain. */
export class ProviderUnavailable extends Error {
  override name = 'ProviderUnavailable'
}

/** Not sent, or sent and put off: a circuit breaker or a limit of our rate stood before it. Whether the outside answers, it does not say. */
export class HeldBack extends ProviderUnavailable {
  override name = 'HeldBack'
}

/** A circuit breaker is open: the outside is known not to answer such calls. */
export class BreakerOpen extends HeldBack {
  override name = 'BreakerOpen'
}

/** Sent, or perhaps sent, and no result that can be trusted came back (time-out, reset, 5xx): it may have happened, or happen yet. */
export class OutcomeUnknown extends Error {
  override name = 'OutcomeUnknown'
}

/** Not called, because this process is coming to its end: another one will. */
export class ProcessStopping extends ProviderUnavailable {
  override name = 'ProcessStopping'
}
