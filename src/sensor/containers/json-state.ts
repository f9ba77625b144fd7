import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { STATE_FILE_BYTES } from '#model/limits.ts';

/**
 * Reads what runtimes leave on disk. It is theirs, not ours: any part may be missing, of another
 * type or half written, and inside a nested container it may be hostile. So nothing is waited for,
 * no link is followed at the end of a path, the size is bounded, and every member is checked.
 */
export async function readJson(path: string): Promise<Json> {
  const text = await readText(path);
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

export type Json = unknown;

async function readText(path: string): Promise<string | undefined> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(path, flags).catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    const stat = await file.stat();
    if (!stat.isFile() || stat.size > STATE_FILE_BYTES) return undefined;
    return await file.readFile('utf8');
  } catch {
    return undefined;
  } finally {
    await file.close();
  }
}

/** A member of an object; undefined where there is no object or no member. */
export function member(value: Json, ...path: readonly string[]): Json {
  let at = value;
  for (const key of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = Reflect.get(at, key);
  }
  return at;
}

export function text(value: Json): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function list(value: Json): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

/** The text members of an object. */
export function texts(value: Json): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  if (typeof value !== 'object' || value === null) return found;
  for (const [key, item] of Object.entries(value)) if (typeof item === 'string') found[key] = item;
  return found;
}

/** Milliseconds since 1970 of an RFC 3339 time, which runtimes give with nanoseconds. */
export function timeMs(value: Json): number | undefined {
  const time =
    typeof value === 'string' ? Date.parse(value.replace(/(\.\d{3})\d+/, '$1')) : Number.NaN;
  return Number.isFinite(time) && time > 0 ? time : undefined;
}

/** Parses text that holds JSON, as annotations do. */
export function parse(value: Json): Json {
  try {
    const parsed: unknown = typeof value === 'string' ? JSON.parse(value) : undefined;
    return parsed;
  } catch {
    return undefined;
  }
}
