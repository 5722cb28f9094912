// Runs one of the project's programs: `node bin/launch.mjs <program> [arguments]`, in the folder that it is called in, which is where
// the program is looked for: npm scripts of a package call it too.
// Plain JavaScript, because the Node that starts it may be too old for the project itself:
// 1. installs the dependencies when the lock file is not the one that was installed last,
// 2. finds a Node that can run TypeScript files as they are, and installs one if this one can't,
// 3. runs the program under it, what it compiles being kept for the next start, and ends as the program ends.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const oldest = [22, 18]
const nodeToInstall = '24.21.0'

const say = (line) => process.stderr.write(`${line}\n`)

const isNewEnough = () => {
  const [major, minor] = process.versions.node.split('.').map(Number)
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1])
}

const npm = (args, what) => {
  const done = spawnSync('npm', args, { cwd: root, encoding: 'utf8', shell: process.platform === 'win32' })
  if (done.status !== 0) {
    say(`${what} failed:\n${done.stdout ?? ''}${done.stderr ?? ''}${done.error ?? ''}`)
    process.exit(done.status ?? 1)
  }
}

/** One installer at a time: several scripts may be started in a fresh clone at once. */
const alone = (name, isDone, work) => {
  const lock = join(root, `.${name}.installing`)
  const pause = new Int32Array(new SharedArrayBuffer(4))
  while (!isDone()) {
    try {
      mkdirSync(lock)
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
      // An installer that died leaves its lock; nobody installs for ten minutes.
      const abandoned = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > 600_000
      if (abandoned) rmSync(lock, { recursive: true, force: true })
      else Atomics.wait(pause, 0, 0, 250)
      continue
    }
    const release = () => rmSync(lock, { recursive: true, force: true })
    process.once('exit', release)
    if (!isDone()) work()
    process.removeListener('exit', release)
    release()
  }
}

const installDependencies = () => {
  const hash = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  const mark = join(root, 'node_modules', '.installed-lock')
  const isDone = () => existsSync(mark) && readFileSync(mark, 'utf8') === hash
  alone('dependencies', isDone, () => {
    say('Installing dependencies (once for each change of package-lock.json) …')
    npm(['ci', '--no-audit', '--no-fund', '--loglevel=error'], 'npm ci')
    writeFileSync(mark, hash)
  })
}

/** Returns the path of a Node that is new enough. */
const findNode = () => {
  if (isNewEnough()) return process.execPath
  const folder = join(root, '.node')
  const node = join(folder, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  const mark = join(folder, '.installed-version')
  const isDone = () => existsSync(node) && existsSync(mark) && readFileSync(mark, 'utf8') === nodeToInstall
  alone('node', isDone, () => {
    say(
      `Node ${process.versions.node} is too old for TypeScript files; installing Node ${nodeToInstall} into .node (once) …`,
    )
    mkdirSync(folder, { recursive: true })
    const manifest = { private: true, allowScripts: { node: true } }
    writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
    npm(
      [
        'install',
        '--prefix',
        folder,
        '--no-audit',
        '--no-fund',
        '--no-save',
        '--loglevel=error',
        `node@${nodeToInstall}`,
      ],
      `Installing Node ${nodeToInstall} (or install Node ${oldest.join('.')} or later yourself)`,
    )
    if (!existsSync(node)) {
      say(
        `The package node@${nodeToInstall} has no program for this machine. Install Node ${oldest.join('.')} or later yourself.`,
      )
      process.exit(1)
    }
    writeFileSync(mark, nodeToInstall)
  })
  return node
}

const [program, ...rest] = process.argv.slice(2)
if (program === undefined) {
  say('Usage: node bin/launch.mjs <program> [arguments]')
  process.exit(2)
}
installDependencies()
const node = findNode()
const separator = process.platform === 'win32' ? ';' : ':'
const child = spawn(node, ['--disable-warning=ExperimentalWarning', resolve(program), ...rest], {
  stdio: 'inherit',
  env: {
    // Types stripped and code compiled, once for all processes and starts: a start costs little more than half of its time then.
    NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'compiled'),
    ...process.env,
    PATH: `${dirname(node)}${separator}${process.env.PATH ?? ''}`,
  },
})
// A terminal sends Ctrl-C to the program itself; other senders know only this process.
process.on('SIGINT', () => {
  if (!process.stdin.isTTY) child.kill('SIGINT')
})
process.on('SIGTERM', () => child.kill('SIGTERM'))
process.on('SIGHUP', () => child.kill('SIGHUP'))
// A signal to npm ends npm and its shell, and reaches nobody here. Who was started by npm ends when that has gone.
if (process.env.npm_lifecycle_event !== undefined) {
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    // Once: for many programs a second signal cuts short what the first began.
    clearInterval(watch)
    child.kill('SIGTERM')
  }, 500)
  watch.unref()
}
child.on('error', (error) => {
  say(String(error))
  process.exit(1)
})
child.on('exit', (code, signal) => process.exit(signal === null ? code : 128 + constants.signals[signal]))
