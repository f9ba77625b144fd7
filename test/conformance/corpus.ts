import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Files of the conformance data, read without trusting their shape. */
export type Json = Readonly<Record<string, unknown>>;

/** undefined where the folder does not have the file. */
export function readJson(folder: string, file: string): Json | undefined {
  const path = join(folder, file);
  if (!existsSync(path)) return undefined;
  return asRecord(JSON.parse(readFileSync(path, 'utf8')));
}

export function asRecord(value: unknown): Json {
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value))
    : {};
}

export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function asRecords(value: unknown): readonly Json[] {
  return asList(value).map(asRecord);
}

export function asTexts(value: unknown): readonly string[] {
  return asList(value).map(textOf);
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
