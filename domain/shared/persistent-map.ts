/**
 * An immutable map from text: `with` returns a new map and leaves every older one as it was, sharing all but the path to the changed
 * entry (a hash trie, 32 branches a level). A change costs the copying of a few small arrays, however many entries there are, where
 * copying a `Map` of n entries for each of n events would cost n².
 */
export class PersistentMap<Value> implements Iterable<readonly [string, Value]> {
  readonly size: number
  readonly #root: Node<Value>

  /** Begin with `PersistentMap.empty()`. */
  constructor(root: Node<Value> = emptyBranch, size = 0) {
    this.#root = root
    this.size = size
  }

  static empty<Value>(): PersistentMap<Value> {
    return new PersistentMap<Value>()
  }

  get(key: string): Value | undefined {
    const hash = hashOf(key)
    let node = this.#root
    for (let shift = 0; node.kind === 'branch'; shift += 5) {
      const bit = bitAt(hash, shift)
      const child = (node.bitmap & bit) === 0 ? undefined : node.children[indexOf(node.bitmap, bit)]
      if (child === undefined) return undefined
      node = child
    }
    return node.entries.find(([known]) => known === key)?.[1]
  }

  has(key: string): boolean {
    return this.get(key) !== undefined
  }

  with(key: string, value: Value): PersistentMap<Value> {
    return new PersistentMap(put(this.#root, 0, hashOf(key), key, value), this.has(key) ? this.size : this.size + 1)
  }

  without(key: string): PersistentMap<Value> {
    return this.has(key) ? new PersistentMap(drop(this.#root, 0, hashOf(key), key) ?? emptyBranch, this.size - 1) : this
  }

  /** In no particular order, but always the same for the same entries put in the same order. */
  *[Symbol.iterator](): Iterator<readonly [string, Value]> {
    yield* entriesOf(this.#root)
  }
}

type Leaf<Value> = {
  readonly kind: 'leaf'
  readonly hash: number
  readonly entries: readonly (readonly [string, Value])[]
}
type Branch<Value> = { readonly kind: 'branch'; readonly bitmap: number; readonly children: readonly Node<Value>[] }
type Node<Value> = Leaf<Value> | Branch<Value>

const emptyBranch: Branch<never> = { kind: 'branch', bitmap: 0, children: [] }

/** FNV-1a, 32 bits. */
const hashOf = (key: string): number => {
  let hash = 0x811c9dc5
  for (let index = 0; index < key.length; index += 1) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193)
  return hash >>> 0
}

const bitAt = (hash: number, shift: number): number => 1 << ((hash >>> shift) & 31)

/** How many children stand before the one of `bit`: the number of bits set below it. */
const indexOf = (bitmap: number, bit: number): number => {
  let bits = bitmap & (bit - 1)
  let count = 0
  for (; bits !== 0; bits &= bits - 1) count += 1
  return count
}

const put = <Value>(node: Node<Value>, shift: number, hash: number, key: string, value: Value): Node<Value> => {
  if (node.kind === 'leaf') {
    if (node.hash === hash)
      return { ...node, entries: [...node.entries.filter(([known]) => known !== key), [key, value]] }
    // Two hashes met: a branch takes the leaf's place, and both go on below it.
    return put({ kind: 'branch', bitmap: bitAt(node.hash, shift), children: [node] }, shift, hash, key, value)
  }
  const bit = bitAt(hash, shift)
  const index = indexOf(node.bitmap, bit)
  const child = (node.bitmap & bit) === 0 ? undefined : node.children[index]
  return child === undefined
    ? {
        kind: 'branch',
        bitmap: node.bitmap | bit,
        children: node.children.toSpliced(index, 0, { kind: 'leaf', hash, entries: [[key, value]] }),
      }
    : { ...node, children: node.children.with(index, put(child, shift + 5, hash, key, value)) }
}

/** Without the entry, which is there; undefined when nothing is left below. */
const drop = <Value>(node: Node<Value>, shift: number, hash: number, key: string): Node<Value> | undefined => {
  if (node.kind === 'leaf') {
    const entries = node.entries.filter(([known]) => known !== key)
    return entries.length === 0 ? undefined : { ...node, entries }
  }
  const bit = bitAt(hash, shift)
  const index = indexOf(node.bitmap, bit)
  const child = node.children[index]
  const left = child === undefined ? undefined : drop(child, shift + 5, hash, key)
  if (left !== undefined) return { ...node, children: node.children.with(index, left) }
  return node.children.length === 1
    ? undefined
    : { ...node, bitmap: node.bitmap & ~bit, children: node.children.toSpliced(index, 1) }
}

const entriesOf = function* <Value>(node: Node<Value>): Generator<readonly [string, Value]> {
  if (node.kind === 'leaf') yield* node.entries
  else for (const child of node.children) yield* entriesOf(child)
}
