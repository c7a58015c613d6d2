/**
 * An immutable map for tens of thousands of ids: a change copies one shard, not the whole. Keys are
 * spread by their last two characters, which in a ULID are random.
 */
export class ShardedMap<Value> {
  readonly #shards: ReadonlyMap<string, ReadonlyMap<string, Value>>;
  readonly size: number;

  private constructor(shards: ReadonlyMap<string, ReadonlyMap<string, Value>>, size: number) {
    this.#shards = shards;
    this.size = size;
  }

  static empty<Value>(): ShardedMap<Value> {
    return new ShardedMap<Value>(new Map(), 0);
  }

  get(key: string): Value | undefined {
    return this.#shards.get(shardOf(key))?.get(key);
  }

  set(key: string, value: Value): ShardedMap<Value> {
    const before = this.#shards.get(shardOf(key));
    const shard = new Map(before).set(key, value);
    const grown = before?.has(key) === true ? 0 : 1;
    return new ShardedMap(new Map(this.#shards).set(shardOf(key), shard), this.size + grown);
  }

  delete(key: string): ShardedMap<Value> {
    const before = this.#shards.get(shardOf(key));
    if (before?.has(key) !== true) return this;
    const shard = new Map(before);
    shard.delete(key);
    return new ShardedMap(new Map(this.#shards).set(shardOf(key), shard), this.size - 1);
  }

  *entries(): IterableIterator<readonly [string, Value]> {
    for (const shard of this.#shards.values()) yield* shard;
  }
}

function shardOf(key: string): string {
  return key.slice(-2);
}
