import type { Collection } from './collection.ts';
import type { RequiredPlugin } from './entries.ts';
import type { Item } from './item.ts';
import {
  compareVersions,
  ENGINE_VERSION,
  isCompatible,
  parseVersion,
  printVersion,
} from './version.ts';
import { isMap, isSeq } from './yaml-file.ts';

const VALIDATE = 'LOAD_ERR_VALIDATE';

/** A whole number N means 0.N.0. */
export function readEngineVersion(item: Item, collection: Collection): void {
  const place = item.placeOf('required_engine_version');
  const text = item.text('required_engine_version').text;
  const isNumber = /^\d{1,10}$/.test(text) && Number(text) < 2 ** 32;
  const required = parseVersion(isNumber ? `0.${Number(text)}.0` : text);
  if (required === undefined) {
    const message = `Unable to parse engine version '${text}' as a semver string`;
    item.fail(`${message}. Expected "x.y.z" semver format.`, { place });
  }
  const engine = parseVersion(ENGINE_VERSION);
  if (engine === undefined || !isCompatible(engine, required)) {
    const message = `Rules require engine version ${printVersion(required)}`;
    item.fail(`${message}, but engine version is ${ENGINE_VERSION}`, { code: VALIDATE, place });
  }
  const { requiredEngineVersion: previous } = collection;
  if (previous === undefined || compareVersions(previous, required) < 0) {
    collection.requiredEngineVersion = required;
  }
}

export function readPluginVersions(item: Item, collection: Collection): void {
  const place = item.placeOf('required_plugin_versions');
  const value = item.value('required_plugin_versions');
  if (!isSeq(value)) item.fail('Value of required_plugin_versions must be a sequence', { place });
  for (const node of value.items) {
    const map = item.file.resolve(item.document, node);
    if (!isMap(map)) {
      item.fail('Plugin version must be a mapping', { place: item.file.placeOf(node) });
    }
    collection.requiredPlugins.push(readPlugin(item.itemOf(map)));
  }
}

function readPlugin(item: Item): RequiredPlugin {
  const first = readRequirement(item);
  const alternatives = readAlternatives(item);
  const names = new Set<string>();
  for (const { name, version } of [first, ...alternatives]) {
    if (parseVersion(version) === undefined) {
      item.fail(`Invalid required version '${version}' for plugin '${name}'`, { code: VALIDATE });
    }
    if (names.has(name)) {
      const message = `Defined multiple alternative version requirements for plugin '${name}'`;
      item.fail(message, { code: VALIDATE });
    }
    names.add(name);
  }
  return { ...first, alternatives, place: item.place };
}

function readAlternatives(item: Item): readonly { name: string; version: string }[] {
  if (!item.has('alternatives')) return [];
  const place = item.placeOf('alternatives');
  const value = item.value('alternatives');
  if (!isSeq(value)) {
    return item.fail('Value of plugin version alternatives must be a sequence', { place });
  }
  return value.items.map((node) => {
    const map = item.file.resolve(item.document, node);
    if (isMap(map)) return readRequirement(item.itemOf(map));
    const at = { place: item.file.placeOf(node) };
    return item.fail('Plugin version alternative must be a mapping', at);
  });
}

function readRequirement(item: Item): { name: string; version: string } {
  const name = item.text('name').text;
  return { name, version: item.named(name).text('version').text };
}

/** A plugin whose events or fields are at hand. */
export interface Plugin {
  readonly name: string;
  readonly version: string;
}

/** One sentence where none of the plugins meets a requirement. */
export function unmetRequirement(
  required: Pick<RequiredPlugin, 'name' | 'version' | 'alternatives'>,
  plugins: readonly Plugin[],
): string | undefined {
  const choices = [required, ...required.alternatives];
  if (choices.some((choice) => plugins.some((plugin) => serves(plugin, choice)))) return undefined;
  const names = choices.map(({ name, version }) => `${name} (>= ${version})`).join(', or ');
  return `Plugin requirement not satisfied, must load one of: ${names}`;
}

function serves(plugin: Plugin, required: Plugin): boolean {
  const has = parseVersion(plugin.version);
  const needs = parseVersion(required.version);
  if (plugin.name !== required.name || has === undefined || needs === undefined) return false;
  return isCompatible(has, needs);
}
