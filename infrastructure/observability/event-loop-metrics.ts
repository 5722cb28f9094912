import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { Gauge, type Registry } from 'prom-client'

const everyMs = 1_000

/**
 * How busy the event loop is, and how late it is. A timer once a second, and not one every 10 ms as prom-client has it: that alone took
 * more of an idle process than all else.
 */
export const eventLoopMetrics = (registry: Registry): void => {
  const registers = [registry]
  const intervals = monitorEventLoopDelay({ resolution: everyMs })
  intervals.enable()
  let last = performance.eventLoopUtilization()

  new Gauge({
    name: 'nodejs_eventloop_utilization_ratio',
    help: 'Share of time the event loop was busy since the last scrape',
    registers,
    collect() {
      const now = performance.eventLoopUtilization()
      this.set(performance.eventLoopUtilization(now, last).utilization)
      last = now
    },
  })
  new Gauge({
    name: 'nodejs_eventloop_lag_max_seconds',
    help: 'Largest delay of a timer that runs once a second, since the last scrape',
    registers,
    collect() {
      // What is recorded is from one run to the next; without any, 0.
      this.set(Math.max(0, intervals.max / 1e9 - everyMs / 1_000))
      intervals.reset()
    },
  })
}
