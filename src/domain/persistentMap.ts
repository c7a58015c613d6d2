/**
 * An immutable map by text that stays fast at a million keys: a change copies one path of a tree whose nodes have up to
 * 32 children, and shares all the rest.
 */
export class PersistentMap<Value> {
  readonly #root: Branch<Value>;
  readonly size: number;

  private constructor(root: Branch<Value>, size: number) {
    this.#root = root;
    this.size = size;
  }

  static empty<Value>(): PersistentMap<Value> {
    return new PersistentMap<Value>({ bits: 0, children: [] }, 0);
  }

  get(key: string): Value | undefined {
    const hash = hashOf(key);
    let node: Node<Value> | undefined = this.#root;
    for (let shift = 0; node !== undefined; shift += WIDTH) {
      if ("key" in node) return node.key === key ? node.value : undefined;
      if ("entries" in node) return node.entries.find((entry) => entry.key === key)?.value;
      const bit = bitOf(hash, shift);
      node = (node.bits & bit) === 0 ? undefined : node.children[placeOf(node.bits, bit)];
    }
    return undefined;
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  set(key: string, value: Value): PersistentMap<Value> {
    const grown = this.has(key) ? 0 : 1;
    return new PersistentMap(put(this.#root, 0, { hash: hashOf(key), key, value }), this.size + grown);
  }

  delete(key: string): PersistentMap<Value> {
    if (!this.has(key)) return this;
    return new PersistentMap(without(this.#root, 0, hashOf(key), key), this.size - 1);
  }

  *entries(): IterableIterator<readonly [string, Value]> {
    yield* entriesOf(this.#root);
  }
}

interface Entry<Value> {
  readonly hash: number;
  readonly key: string;
  readonly value: Value;
}

interface Branch<Value> {
  /** Which of the 32 places are taken. */
  readonly bits: number;
  readonly children: readonly Node<Value>[];
}

/** Keys whose hashes are the same to the last bit. */
interface Clash<Value> {
  readonly entries: readonly Entry<Value>[];
}

type Node<Value> = Entry<Value> | Branch<Value> | Clash<Value>;

const WIDTH = 5;
const HASH_BITS = 32;

/** FNV-1a. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index++) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}

function bitOf(hash: number, shift: number): number {
  return 1 << ((hash >>> shift) & 31);
}

/** How many places before this one are taken. */
function placeOf(bits: number, bit: number): number {
  let rest = bits & (bit - 1);
  rest -= (rest >>> 1) & 0x55555555;
  rest = (rest & 0x33333333) + ((rest >>> 2) & 0x33333333);
  return Math.imul((rest + (rest >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

function put<Value>(branch: Branch<Value>, shift: number, entry: Entry<Value>): Branch<Value> {
  const bit = bitOf(entry.hash, shift);
  const place = placeOf(branch.bits, bit);
  const there = (branch.bits & bit) === 0 ? undefined : branch.children[place];
  const children = branch.children.slice();
  if (there === undefined) children.splice(place, 0, entry);
  else children[place] = joined(there, shift + WIDTH, entry);
  return { bits: branch.bits | bit, children };
}

function joined<Value>(there: Node<Value>, shift: number, entry: Entry<Value>): Node<Value> {
  if ("children" in there) return put(there, shift, entry);
  if ("entries" in there)
    return { entries: [...there.entries.filter((one) => one.key !== entry.key), entry] };
  if (there.key === entry.key) return entry;
  if (shift >= HASH_BITS) return { entries: [there, entry] };
  return put(put({ bits: 0, children: [] }, shift, there), shift, entry);
}

function without<Value>(branch: Branch<Value>, shift: number, hash: number, key: string): Branch<Value> {
  const bit = bitOf(hash, shift);
  const place = placeOf(branch.bits, bit);
  const there = branch.children[place];
  const children = branch.children.slice();
  const left = there === undefined ? null : remaining(there, shift + WIDTH, hash, key);
  if (left === null) {
    children.splice(place, 1);
    return { bits: branch.bits & ~bit, children };
  }
  children[place] = left;
  return { bits: branch.bits, children };
}

/** What stays of a node; null for nothing. */
function remaining<Value>(node: Node<Value>, shift: number, hash: number, key: string): Node<Value> | null {
  if ("key" in node) return null;
  if ("entries" in node) {
    const [first, ...others] = node.entries.filter((entry) => entry.key !== key);
    return first === undefined ? null : others.length === 0 ? first : { entries: [first, ...others] };
  }
  const left = without(node, shift, hash, key);
  return left.children.length === 0 ? null : left;
}

function* entriesOf<Value>(node: Node<Value>): IterableIterator<readonly [string, Value]> {
  if ("key" in node) yield [node.key, node.value];
  else if ("entries" in node) for (const { key, value } of node.entries) yield [key, value];
  else for (const child of node.children) yield* entriesOf(child);
}
