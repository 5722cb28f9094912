// `node test/deployment/stand-ins/build.ts`: images for tests, in place of those that cannot be pulled. README.md
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { root } from '../../architecture/source-files.ts'
import { readCompose } from '../compose-file.ts'
import { answerOf, succeeds } from './commands.ts'

const base = 'order-processing-stand-in-debian'
const here = import.meta.dirname
const authorities = '/etc/ssl/certs/ca-certificates.crt'

const isThere = (image: string) => succeeds('docker', ['image', 'inspect', image])

/** Debian as this machine gets its packages, and with the authorities that it trusts. */
const buildDebian = (folder: string): void => {
  const sources = ['/etc/apt/sources.list', '/etc/apt/sources.list.d/debian.sources'].filter((file) => existsSync(file))
  const mirror = /^(?:URIs:|deb) *(?:\[[^\]]*\] *)?(https?:\S+)/m.exec(
    sources.map((file) => readFileSync(file, 'utf8')).join('\n'),
  )?.[1]
  const system = join(folder, 'debian')
  answerOf('debootstrap', [
    '--variant=minbase',
    '--include=ca-certificates,curl,wget',
    'bookworm',
    system,
    ...(mirror === undefined ? [] : [mirror]),
  ])
  if (existsSync(authorities)) cpSync(authorities, join(system, authorities))
  answerOf('sh', ['-c', `tar --directory "${system}" --exclude ./dev --create . | docker import - ${base}`])
}

/** Everything that the Dockerfile beside this copies, and nothing else. */
const fillContext = (context: string): void => {
  const copy = (from: string, to: string) => {
    mkdirSync(dirname(join(context, to)), { recursive: true })
    cpSync(from, join(context, to), { recursive: true, verbatimSymlinks: true })
  }
  copy(join(here, 'Dockerfile'), 'Dockerfile')
  copy(join(here, 'programs'), 'programs')
  copy(process.execPath, 'node')
  copy(dirname(dirname(realpathSync(answerOf('sh', ['-c', 'command -v npm']).trim()))), 'npm')
  for (const name of ['package.json', 'package-lock.json', '.npmrc'])
    copy(join(root, name), `project/manifests/${name}`)
  for (const name of readdirSync(join(root, 'packages'))) {
    const manifest = join('packages', name, 'package.json')
    if (!existsSync(join(root, manifest))) continue
    copy(join(root, manifest), join('project/manifests', manifest))
    copy(join(root, 'packages', name, 'src'), join('project/sources/packages', name, 'src'))
  }
  copy(join(root, 'embedded/mail-catcher'), 'project/sources/embedded/mail-catcher')
}

/** Where packages come from is this machine's business, and is written into no file. */
export const registryArgument = (): readonly string[] => [
  '--build-arg',
  `NPM_CONFIG_REGISTRY=${answerOf('npm', ['config', 'get', 'registry']).trim()}`,
]

/** Makes what is not there. @returns the names of all stand-ins */
export const buildStandIns = (): readonly string[] => {
  const nodeImage = /^FROM (node:\S+)/m.exec(readFileSync(join(root, 'Dockerfile'), 'utf8'))?.[1] ?? ''
  const services = readCompose({ PAYMENT_WEBHOOK_SECRET: 'none is needed to read it' })
  const imageOf = (service: string): string => services[service]?.image ?? ''
  const wanted = [
    { stage: 'node', image: nodeImage },
    ...['eventstore', 'postgres', 'mailpit', 'prometheus', 'alertmanager', 'grafana', 'jaeger'].map((service) => ({
      stage: service,
      image: imageOf(service),
    })),
  ]
  const missing = wanted.filter(({ image }) => !isThere(image))
  if (missing.length === 0) return wanted.map(({ image }) => image)

  const folder = mkdtempSync(join(tmpdir(), 'stand-ins-'))
  try {
    if (!isThere(base)) buildDebian(folder)
    const context = join(folder, 'context')
    fillContext(context)
    for (const { stage, image } of missing)
      answerOf('docker', ['build', ...registryArgument(), '--target', stage, '--tag', image, context])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  return wanted.map(({ image }) => image)
}

if (import.meta.main) process.stdout.write(`${buildStandIns().join('\n')}\n`)
