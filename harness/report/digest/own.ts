/** Records whose keys come from services: read without their prototype, made without one. */

/** The record's own member called `key`, never one that every object has (`constructor`). */
export function own<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}

/** An empty record that has no prototype, so that a key such as `__proto__` is a key like any other. */
export function bareRecord<T>(): Record<string, T> {
  return Object.create(null);
}
