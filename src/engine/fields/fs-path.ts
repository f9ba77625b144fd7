import type { Evaluation } from '#model/evaluation.ts';
import { EVENTS, paramIndex } from '#model/event-schema.ts';
import type { FieldRow } from './define.ts';
import { defineFields } from './define.ts';
import type { FieldDef, TypeView } from './field.ts';
import { paramNumber, paramText } from './param-value.ts';
import { joinPath } from './paths.ts';

/** Paths that a successful call worked on, whatever the call names its parameters. */

/** name: the one path · source, target: of calls with two · `fd` stands for the fd's name. */
interface Places {
  readonly name?: string;
  readonly source?: string;
  readonly target?: string;
}

// A link's source is the new name, its target what it points to.
const PLACES: Readonly<Record<string, Places>> = {
  mkdir: { name: 'path' },
  mkdirat: { name: 'path' },
  rmdir: { name: 'path' },
  unlink: { name: 'path' },
  unlinkat: { name: 'name' },
  open: { name: 'name' },
  openat: { name: 'name' },
  openat2: { name: 'name' },
  fchmodat: { name: 'filename' },
  chmod: { name: 'filename' },
  fchmod: { name: 'fd' },
  chown: { name: 'path' },
  lchown: { name: 'path' },
  fchown: { name: 'fd' },
  fchownat: { name: 'pathname' },
  quotactl: { name: 'special' },
  umount: { name: 'name' },
  umount2: { name: 'name' },
  rename: { source: 'oldpath', target: 'newpath' },
  renameat: { source: 'oldpath', target: 'newpath' },
  renameat2: { source: 'oldpath', target: 'newpath' },
  link: { source: 'newpath', target: 'oldpath' },
  linkat: { source: 'newpath', target: 'oldpath' },
  symlink: { source: 'linkpath', target: 'target' },
  symlinkat: { source: 'linkpath', target: 'target' },
  mount: { source: 'dev', target: 'dir' },
};

type Part = keyof Places;

interface Place {
  readonly index: number;
  readonly isOpen: boolean;
}

/** -1 stands for the fd's name. */
function placeOf(eventType: number, part: Part): Place | undefined {
  const event = EVENTS[eventType];
  if (event === undefined || event.isEnter) return undefined;
  const param = PLACES[event.name]?.[part];
  if (param === undefined) return undefined;
  const isOpen = event.params[0]?.name === 'fd';
  if (param === 'fd') return { index: -1, isOpen };
  const index = paramIndex(eventType, param);
  return index < 0 ? undefined : { index, isOpen };
}

const places = new Map<Part, readonly (Place | undefined)[]>(
  (['name', 'source', 'target'] as const).map((part) => [
    part,
    EVENTS.map((_, type) => placeOf(type, part)),
  ]),
);

/** An open that failed has -1 in place of an fd and still counts; every other call must give 0. */
function succeeded(ctx: Evaluation, isOpen: boolean): boolean {
  if (isOpen) return paramNumber(ctx.evt, 0, 'fd') !== -1;
  return paramNumber(ctx.evt, 0, 'errno') === 0;
}

/** A path that the kernel could not read from the caller is `<NA>`, as it came. */
function rawPath(ctx: Evaluation, part: Part): string | undefined {
  const place = places.get(part)?.[ctx.evt.type];
  if (place === undefined || !succeeded(ctx, place.isOpen)) return undefined;
  return place.index < 0 ? ctx.fd?.name : (paramText(ctx.evt, place.index) ?? '<NA>');
}

/** Falco joins to the current directory even where the call has a directory of its own. */
function fullPath(ctx: Evaluation, part: Part): string | undefined {
  const path = rawPath(ctx, part);
  if (path === undefined || path === '') return path;
  if (path.startsWith('/')) return joinPath('', path);
  return ctx.thread === undefined ? undefined : joinPath(ctx.thread.cwd, path);
}

function forType(part: Part): (type: number) => TypeView | undefined {
  return (type) => (places.get(part)?.[type] === undefined ? { constant: undefined } : undefined);
}

const rows = (suffix: string, part: Part, text: string): readonly FieldRow[] => [
  [
    `fs.path.${suffix}`,
    'CHARBUF',
    `${text}, made absolute.`,
    (ctx) => fullPath(ctx, part),
    { forType: forType(part) },
  ],
  [
    `fs.path.${suffix}raw`,
    'CHARBUF',
    `${text}, as the caller wrote it.`,
    (ctx) => rawPath(ctx, part),
    { forType: forType(part) },
  ],
];

export const FS_PATH_FIELDS: readonly FieldDef[] = defineFields({ cost: 120 }, [
  ...rows('name', 'name', 'Path that a successful call worked on'),
  ...rows('source', 'source', 'Source of a call with two paths'),
  ...rows('target', 'target', 'Target of a call with two paths'),
]);
