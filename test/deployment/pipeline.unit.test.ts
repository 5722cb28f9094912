import { accessSync, constants, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { parse } from 'yaml'
import { z } from 'zod'
import { root } from '../architecture/source-files.ts'

const read = (path: string): string => readFileSync(join(root, path), 'utf8')

const step = z.strictObject({
  uses: z.string().optional(),
  with: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  run: z.string().optional(),
})
const job = z.strictObject({
  if: z.string().optional(),
  'runs-on': z.literal('ubuntu-latest'),
  'timeout-minutes': z.number().max(240),
  steps: z.array(step).min(1),
})
const pipeline = z
  .object({ permissions: z.strictObject({ contents: z.literal('read') }), jobs: z.record(z.string(), job) })
  .parse(parse(read('.github/workflows/ci.yml')))
const commands = Object.values(pipeline.jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []))
const manifest = z
  .object({ scripts: z.record(z.string(), z.string()), dependencies: z.record(z.string(), z.string()) })
  .parse(JSON.parse(read('package.json')))

describe('the pipeline', () => {
  it('runs lint, types, tests, the image and an audit', () => {
    for (const command of ['npm run lint', 'npm run typecheck', '.ci/run', 'npm audit', 'docker build'])
      expect(
        commands.some((run) => run.startsWith(command)),
        command,
      ).to.equal(true)
  })

  it('runs tests by the script that installs what they need, also where that takes root', () => {
    expect(commands.filter((run) => /^npm (run )?test/.test(run))).to.deep.equal([])
    expect(commands.filter((run) => run.startsWith('.ci/run')).sort()).to.deep.equal(['.ci/run', '.ci/run test:long'])
    const script = read('.ci/run')
    expect(script).to.match(/sudo -n/)
    expect(script).to.match(/^exec npm run "\$\{1:-test\}"$/m)
    expect(Object.keys(manifest.scripts)).to.include.members(['test', 'test:long'])
  })

  it('runs scripts that package.json has, and programs that are there', () => {
    const scripts = commands.flatMap((run) => [...run.matchAll(/npm run ([\w:-]+)/g)].map(([, script = '']) => script))
    expect(scripts.length).to.be.greaterThan(1)
    expect(scripts.filter((script) => !(script in manifest.scripts))).to.deep.equal([])
    accessSync(join(root, '.ci/run'), constants.X_OK)
    const [, programs = ''] = /for program in ([^;]+);/.exec(commands.join('\n')) ?? []
    const started = programs.split(' ')
    expect(started.length).to.equal(6)
    expect(started.filter((program) => !existsSync(join(root, program, 'main.ts')))).to.deep.equal([])
  })

  it('uses a Node that runs the sources as they are, the one of the image', () => {
    const used = Object.values(pipeline.jobs).flatMap(({ steps }) =>
      steps.flatMap((one) => one.with?.['node-version'] ?? []),
    )
    const [, ofImage] = /^FROM node:(\d+)/m.exec(read('Dockerfile')) ?? []
    expect([...new Set(used)]).to.deep.equal([Number(ofImage)])
  })
})

describe('the updates of dependencies', () => {
  const { updates } = z
    .object({
      updates: z.array(
        z.object({
          'package-ecosystem': z.string(),
          ignore: z.array(z.object({ 'dependency-name': z.string() })).default([]),
        }),
      ),
    })
    .parse(parse(read('.github/dependabot.yml')))

  it('are of packages, the image and the pipeline', () => {
    expect(updates.map((update) => update['package-ecosystem'])).to.deep.equal(['npm', 'docker', 'github-actions'])
  })

  it('leave out only packages that there are', () => {
    const ignored = updates
      .filter((update) => update['package-ecosystem'] === 'npm')
      .flatMap(({ ignore }) => ignore.map((one) => one['dependency-name']))
    expect(ignored.filter((name) => !(name in manifest.dependencies))).to.deep.equal([])
  })
})
