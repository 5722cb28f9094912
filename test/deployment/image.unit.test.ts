import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { z } from 'zod'
import { root } from '../architecture/source-files.ts'
import { readCompose } from './compose-file.ts'

const read = (name: string) => readFileSync(join(root, name), 'utf8')
const dockerfile = read('Dockerfile')
const project = z.object({ version: z.string(), description: z.string() }).parse(JSON.parse(read('package.json')))

/** What is copied from the project's folder into the image that runs. */
const copied = dockerfile
  .slice(dockerfile.lastIndexOf('\nFROM '))
  .split('\n')
  .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
  .map((line) => line.split(' ')[1] ?? '')

describe('the image', () => {
  it('is made of one Node, named by its whole version', () => {
    const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, base]) => base)
    expect(new Set(bases).size).to.equal(1)
    expect(bases[0]).to.match(/^node:\d+\.\d+\.\d+-slim$/)
  })

  it('says the version of the project, and what it is', () => {
    expect(dockerfile).to.include(`org.opencontainers.image.version="${project.version}"`)
    expect(dockerfile).to.include(`org.opencontainers.image.description="${project.description}"`)
  })

  it('runs as a user by number who is not root', () => {
    expect(/^USER (\S+)$/gm.exec(dockerfile)?.[1]).to.equal('1000:1000')
  })

  it('holds every program that compose starts in it', () => {
    const services = readCompose({ PAYMENT_WEBHOOK_SECRET: 'x' })
    const programs = Object.values(services).flatMap(({ build, command, healthcheck }) =>
      build === undefined
        ? []
        : [command?.[1] ?? '', ...(healthcheck === undefined ? [] : [healthcheck.test[2] ?? ''])],
    )
    expect(programs).to.have.length.above(10)
    for (const program of programs)
      expect(
        copied.some((folder) => program.startsWith(`${folder}/`)),
        program,
      ).to.equal(true)
  })

  it('is built from what it copies and nothing else', () => {
    const lines = read('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
    expect(lines[0]).to.equal('*')
    expect(lines.at(-1)).to.equal('**/*.test.ts')
    const letIn = lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1))
    const needed = [...copied, 'package-lock.json', '.npmrc']
    expect(letIn.filter((path) => path !== 'embedded').sort()).to.deep.equal(needed.sort())
    for (const path of letIn) expect(existsSync(join(root, path)), path).to.equal(true)
  })
})
