import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { parse, parseAllDocuments } from 'yaml'
import { z } from 'zod'

const target = z.strictObject({ kind: z.string(), name: z.string().optional() })
const operation = z.strictObject({
  op: z.enum(['add', 'replace']),
  path: z.string().startsWith('/'),
  value: z.unknown(),
})

/** What of a kustomization is used here. Anything else is refused: it would be passed over. */
const kustomizationSchema = z.strictObject({
  apiVersion: z.literal('kustomize.config.k8s.io/v1beta1'),
  kind: z.literal('Kustomization'),
  namespace: z.string().optional(),
  resources: z.array(z.string()).default([]),
  configMapGenerator: z.array(z.strictObject({ name: z.string(), envs: z.array(z.string()) })).default([]),
  images: z.array(z.strictObject({ name: z.string(), newName: z.string().optional(), newTag: z.string() })).default([]),
  patches: z.array(z.strictObject({ target, patch: z.string() })).default([]),
})
type Operation = z.infer<typeof operation>

const manifestSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
})
export type Manifest = z.infer<typeof manifestSchema>

/** `NAME=value` lines, as kustomize reads an env file. */
const readEnv = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )

const isNode = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

/** Of a JSON patch: one operation. @throws Error when it points to nothing */
const apply = (manifest: Manifest, { op, path, value }: Operation): void => {
  const keys = path.slice(1).split('/')
  const last = keys.pop() ?? ''
  let node: unknown = manifest
  for (const key of keys) node = isNode(node) ? node[key] : undefined
  if (!isNode(node) || (op === 'replace' && !(last in node)))
    throw new Error(`${op} ${path}: ${manifest.kind} ${manifest.metadata.name} has no such thing`)
  node[last] = value
}

/** Puts the tag to every image of that name, however deep it stands. */
const setImages = (value: unknown, images: z.infer<typeof kustomizationSchema>['images']): void => {
  if (!isNode(value)) return
  for (const [key, inner] of Object.entries(value)) {
    const found = key === 'image' ? images.find(({ name }) => name === inner) : undefined
    if (found === undefined) setImages(inner, images)
    else value[key] = `${found.newName ?? found.name}:${found.newTag}`
  }
}

const cluster = ['Namespace']

/**
 * The manifests that `kubectl apply -k` would send, by a small reader of what is used here of kustomize; but names of generated config maps
 * stay without the hash, which changes nothing else.
 */
export const resolveKustomization = (folder: string): readonly Manifest[] => {
  const read = (name: string) => readFileSync(resolve(folder, name), 'utf8')
  const kustomization = kustomizationSchema.parse(parse(read('kustomization.yaml')))
  const { resources, configMapGenerator, images, patches, namespace } = kustomization
  const manifests = [
    ...resources.flatMap((name) =>
      name.endsWith('.yaml')
        ? parseAllDocuments(read(name)).map((document) => manifestSchema.parse(document.toJS()))
        : resolveKustomization(join(folder, name)),
    ),
    ...configMapGenerator.map(({ name, envs }) =>
      manifestSchema.parse({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name },
        data: Object.assign({}, ...envs.map((file) => readEnv(read(file)))) as unknown,
      }),
    ),
  ]
  for (const { target: wanted, patch } of patches) {
    const meant = manifests.filter(
      ({ kind, metadata }) => kind === wanted.kind && (wanted.name === undefined || metadata.name === wanted.name),
    )
    if (meant.length === 0) throw new Error(`${dirname(folder)}: a patch is meant for nothing`)
    for (const manifest of meant) for (const each of z.array(operation).parse(parse(patch))) apply(manifest, each)
  }
  setImages(manifests, images)
  if (namespace !== undefined)
    for (const { kind, metadata } of manifests) if (!cluster.includes(kind)) metadata.namespace = namespace
  return manifests
}
