import { expect } from 'chai'
import { isTest, sourceFiles, type SourceFile } from './source-files.ts'

const files = sourceFiles()
const production = files.filter((file) => !isTest(file))
const within = (path: string, ...folders: readonly string[]): boolean =>
  folders.some((folder) => path.startsWith(`${folder}/`))
const eventStore = 'eventstoredb-compatible-server'
const packageOf = (path: string): string => path.split('/').slice(0, 2).join('/')
const isProjectFile = (name: string): boolean => name.endsWith('.ts') || name.endsWith('.json')

/** Lines of `file → import` for every import of the chosen files that may not be. */
const offences = (
  chosen: (file: SourceFile) => boolean,
  allowed: (name: string, file: SourceFile) => boolean,
  among: readonly SourceFile[] = production,
): readonly string[] =>
  among
    .filter(chosen)
    .flatMap((file) => file.imports.filter((name) => !allowed(name, file)).map((name) => `${file.path} → ${name}`))

describe('imports point one way', () => {
  it('reads imports at all', () => {
    expect(production.length).to.be.greaterThan(50)
    expect(production.flatMap(({ imports }) => imports).length).to.be.greaterThan(200)
  })

  it('the domain imports zod, node:crypto and itself', () => {
    expect(
      offences(
        ({ path }) => within(path, 'domain'),
        (name) => ['zod', 'node:crypto'].includes(name) || within(name, 'domain'),
      ),
    ).to.deep.equal([])
  })

  it('what the domain shares imports nothing else of the domain', () => {
    expect(
      offences(
        ({ path }) => within(path, 'domain/shared'),
        (name) => !isProjectFile(name) || within(name, 'domain/shared'),
      ),
    ).to.deep.equal([])
  })

  it('the infrastructure imports itself and what the domain shares', () => {
    expect(
      offences(
        ({ path }) => within(path, 'infrastructure'),
        (name) => !isProjectFile(name) || within(name, 'infrastructure', 'domain/shared'),
      ),
    ).to.deep.equal([])
  })

  it('what the HTTP APIs share imports the infrastructure and what the domain shares', () => {
    expect(
      offences(
        ({ path }) => within(path, 'http-api'),
        (name) => !isProjectFile(name) || within(name, 'http-api', 'infrastructure', 'domain/shared'),
      ),
    ).to.deep.equal([])
  })

  it('what knows the payment providers imports the infrastructure and the domain, and a provider no other provider', () => {
    const providerOf = (path: string): string | undefined => /^payment-providers\/([^/]+)\//.exec(path)?.[1]
    expect(
      offences(
        ({ path }) => within(path, 'payment-providers'),
        (name, { path }) =>
          !isProjectFile(name) ||
          within(name, 'infrastructure', 'domain') ||
          (within(name, 'payment-providers') &&
            (providerOf(path) === undefined || [undefined, providerOf(path)].includes(providerOf(name)))),
      ),
    ).to.deep.equal([])
  })

  it("only a provider's own folder imports that provider's package", () => {
    expect(
      offences(
        ({ path }) => !within(path, 'payment-providers/stripe'),
        (name) => name !== 'stripe',
      ),
    ).to.deep.equal([])
  })

  for (const app of ['command-api', 'processors', 'projections', 'read-api', 'console', 'migrations']) {
    it(`${app} imports no other app`, () => {
      expect(
        offences(
          ({ path }) => within(path, app),
          (name) =>
            !isProjectFile(name) ||
            within(name, app, 'http-api', 'infrastructure', 'domain') ||
            (['command-api', 'processors'].includes(app) && within(name, 'payment-providers')) ||
            (app === 'read-api' && /^projections\/[a-z-]+\/table\.ts$/.test(name)),
        ),
      ).to.deep.equal([])
    })
  }

  it('nothing imports the doctor, which looks at all of them', () => {
    expect(
      offences(
        ({ path }) => !within(path, 'doctor'),
        (name) => !within(name, 'doctor'),
      ),
    ).to.deep.equal([])
  })

  it('a package imports nothing of what is around it, nor do its tests and benchmarks', () => {
    expect(files.filter(({ path }) => within(path, `packages/${eventStore}`)).length).to.be.greaterThan(300)
    expect(
      offences(
        ({ path }) => within(path, 'packages'),
        (name, { path }) => !isProjectFile(name) || within(name, packageOf(path)),
        files,
      ),
    ).to.deep.equal([])
  })

  it('a package is imported by its name, and as its sources', () => {
    expect(
      files.filter(({ path, imports }) => !within(path, 'packages') && imports.includes(`${eventStore}/source`)).length,
    ).to.be.greaterThan(3)
    expect(
      offences(
        ({ path }) => !within(path, 'packages'),
        // What it exports besides its sources is there only when it was packed.
        (name) =>
          !within(name, 'packages') && (!name.startsWith(eventStore) || name.startsWith(`${eventStore}/source`)),
        files,
      ),
    ).to.deep.equal([])
  })

  it('what the embedded event store has for tests and benchmarks, only they import', () => {
    expect(
      offences(
        ({ path }) => !within(path, 'bench', 'packages'),
        // Its command line is for everybody who starts it.
        (name) => !name.startsWith(`${eventStore}/source/`) || name === `${eventStore}/source/main`,
      ),
    ).to.deep.equal([])
  })

  it('nothing imports what is embedded, tests or benchmarks', () => {
    expect(
      offences(
        ({ path }) => !within(path, 'embedded', 'bench', 'packages'),
        (name) => !within(name, 'embedded', 'test', 'bench') && !name.startsWith(eventStore),
      ),
    ).to.deep.equal([])
  })

  it('only the adapter imports the event store client', () => {
    expect(
      offences(
        ({ path }) => !within(path, 'infrastructure/event-store', 'packages', 'bench'),
        (name) => !name.startsWith('@eventstore/db-client'),
      ),
    ).to.deep.equal([])
  })
})

describe('only programs touch the process', () => {
  const isProgram = ({ path }: SourceFile): boolean =>
    /(^|\/)(main|cli)\.ts$/.test(path) ||
    within(path, 'embedded', 'bench', 'packages') ||
    path.startsWith('infrastructure/lifecycle/')

  it('reads the environment in a main or a command-line tool', () => {
    expect(
      production.filter((file) => !isProgram(file) && /process\.env\b/.test(file.text)).map(({ path }) => path),
    ).to.deep.equal([])
  })

  it('exits in a main or a command-line tool', () => {
    expect(
      production.filter((file) => !isProgram(file) && /process\.exit\b/.test(file.text)).map(({ path }) => path),
    ).to.deep.equal([])
  })

  it('keeps time, chance and I/O out of the domain', () => {
    const impure = /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\brandomUUID\b|\bsetTimeout\b|\bawait\b/
    expect(
      production.filter((file) => within(file.path, 'domain') && impure.test(file.text)).map(({ path }) => path),
    ).to.deep.equal([])
  })
})

describe('files are small and named after what they hold', () => {
  // Tests are tables of cases, which are laid out over many lines.
  const mostLines = (file: SourceFile): number => (isTest(file) ? 450 : 260)

  it('no source is longer than 260 lines, and no test than 450', () => {
    const isTooLong = (file: SourceFile): boolean => file.text.trimEnd().split('\n').length > mostLines(file)
    expect(files.filter(isTooLong).map(({ path }) => path)).to.deep.equal([])
  })

  it('no file or folder has a name that says nothing', () => {
    expect(
      files.filter(({ path }) => /(^|\/)(utils?|helpers?|common|misc)(\/|\.|-)/.test(path)).map(({ path }) => path),
    ).to.deep.equal([])
  })
})
