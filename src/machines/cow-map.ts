/**
 * A map of values that are not changed in place, for worlds that are cloned often and written to seldom: a clone has
 * the same entries as the original until either is written to.
 */
export class CowMap<K, V> implements ReadonlyMap<K, V> {
  private held: Map<K, V>;
  private shared = false;

  constructor(entries: Map<K, V> = new Map()) {
    this.held = entries;
  }

  clone(): CowMap<K, V> {
    const copy = new CowMap(this.held);
    copy.shared = true;
    this.shared = true;
    return copy;
  }

  private own(): Map<K, V> {
    if (this.shared) {
      this.held = new Map(this.held);
      this.shared = false;
    }
    return this.held;
  }

  set(key: K, value: V): this {
    this.own().set(key, value);
    return this;
  }

  /** Was it there? */
  delete(key: K): boolean {
    return this.held.has(key) && this.own().delete(key);
  }

  clear(): void {
    this.held = new Map();
    this.shared = false;
  }

  get(key: K): V | undefined {
    return this.held.get(key);
  }

  has(key: K): boolean {
    return this.held.has(key);
  }

  get size(): number {
    return this.held.size;
  }

  keys(): MapIterator<K> {
    return this.held.keys();
  }

  values(): MapIterator<V> {
    return this.held.values();
  }

  entries(): MapIterator<[K, V]> {
    return this.held.entries();
  }

  [Symbol.iterator](): MapIterator<[K, V]> {
    return this.held.entries();
  }

  forEach(tell: (value: V, key: K, map: ReadonlyMap<K, V>) => void): void {
    this.held.forEach(tell);
  }
}
