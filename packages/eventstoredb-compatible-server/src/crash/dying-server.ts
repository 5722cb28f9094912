import grpc from '@grpc/grpc-js'
import { WriteGroup } from '../log/write-group.ts'
import { startNode } from '../node.ts'
import { isPointOfDeath, type PointOfDeath } from './points-of-death.ts'

/**
 * A server that kills itself: `node dying-server.ts <directory> <point> <times>` dies the so-many-th time it comes to that point of
 * the write path. The way of the data is that of any other server; only the moment is watched for here.
 */
const [data = '', point = '', times = ''] = process.argv.slice(2)
if (data === '' || !isPointOfDeath(point) || !/^\d+$/.test(times))
  throw new Error('usage: dying-server.ts <directory> <point> <times>')

let left = Number(times)
const isTime = (at: PointOfDeath): boolean => at === point && --left <= 0
const die = (): void => void process.kill(process.pid, 'SIGKILL')
const dieAt = (at: PointOfDeath): void => {
  if (isTime(at)) die()
}

// oxlint-disable-next-line typescript/unbound-method -- called with its own group below
const write = WriteGroup.prototype.write
WriteGroup.prototype.write = async function (this: WriteGroup): Promise<void> {
  dieAt('before-commit')
  const written = write.call(this)
  if (isTime('in-commit')) {
    // The storage commits in a thread of its own; at a moment that nobody chose it is somewhere in the middle.
    const end = performance.now() + Math.random() * 2
    await new Promise<void>((resolve) => setImmediate(resolve))
    while (performance.now() < end);
    die()
  }
  await written
  dieAt('after-commit-before-publish')
}

/** The answer never leaves; what was published has had time to. */
const deathBeforeAnswer: grpc.ServerInterceptor = ({ path }, call) =>
  new grpc.ServerInterceptingCall(call, {
    sendMessage: (message, next) => {
      if (path.endsWith('Append') && isTime('after-publish-before-answer')) setTimeout(die, 10)
      else next(message)
    },
  })

const node = await startNode({ port: 0, data }, [deathBeforeAnswer])
process.stdout.write(`${node.url}\n`)
process.stdin.on('end', die).on('close', die).on('error', die).resume()
