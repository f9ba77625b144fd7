/** As much of ELF and BTF as is needed to compare the object with what TypeScript assumes. */

const SECTION_HEADER = 64;
const SYMBOL = 24;
const FUNCTION = 2;
const KIND = { array: 3, struct: 4, union: 5, enum: 6, proto: 13, variable: 14, section: 15 };
const KIND_DECLARATION_TAG = 17;
const KIND_ENUM64 = 19;

interface Section {
  readonly name: string;
  readonly bytes: Buffer;
}

function readSections(elf: Buffer): Section[] {
  const start = Number(elf.readBigUInt64LE(40));
  const count = elf.readUInt16LE(60);
  const headers = Array.from({ length: count }, (_, i) => elf.subarray(start + i * SECTION_HEADER));
  const names = headers[elf.readUInt16LE(62)];
  const body = (header: Buffer): Buffer => {
    const at = Number(header.readBigUInt64LE(24));
    return elf.subarray(at, at + Number(header.readBigUInt64LE(32)));
  };
  const text = names === undefined ? elf : body(names);
  return headers.map((header) => ({
    name: cString(text, header.readUInt32LE(0)),
    bytes: header.readUInt32LE(4) === 8 ? Buffer.alloc(0) : body(header),
  }));
}

function cString(bytes: Buffer, at: number): string {
  return bytes.latin1Slice(at, bytes.indexOf(0, at));
}

function sectionOf(sections: readonly Section[], name: string): Buffer {
  const section = sections.find((candidate) => candidate.name === name);
  if (section === undefined) throw new Error(`the object has no section ${name}`);
  return section.bytes;
}

/** Kernel programs by name, with the section that says where each is attached. */
export function readPrograms(elf: Buffer): Map<string, string> {
  const sections = readSections(elf);
  const symbols = sectionOf(sections, '.symtab');
  const names = sectionOf(sections, '.strtab');
  const programs = new Map<string, string>();
  for (let at = 0; at < symbols.length; at += SYMBOL) {
    const section = sections[symbols.readUInt16LE(at + 6)]?.name ?? '';
    const isFunction = (symbols.readUInt8(at + 4) & 15) === FUNCTION;
    if (isFunction && /^(tracepoint|tp_btf)/.test(section)) {
      programs.set(cString(names, symbols.readUInt32LE(at)), section);
    }
  }
  return programs;
}

export interface StructLayout {
  readonly size: number;
  /** Byte offsets by member. */
  readonly members: Readonly<Record<string, number>>;
}

/** The structs of the object's BTF by name. */
export function readStructs(elf: Buffer): Map<string, StructLayout> {
  const btf = sectionOf(readSections(elf), '.BTF');
  const header = btf.readUInt32LE(4);
  const types = btf.subarray(
    header + btf.readUInt32LE(8),
    header + btf.readUInt32LE(8) + btf.readUInt32LE(12),
  );
  const strings = btf.subarray(header + btf.readUInt32LE(16));
  const structs = new Map<string, StructLayout>();
  let at = 0;
  while (at < types.length) {
    const info = types.readUInt32LE(at + 4);
    const kind = (info >> 24) & 31;
    const count = info & 0xffff;
    if (kind === KIND.struct) {
      const members = Array.from({ length: count }, (_, i) => at + 12 + i * 12);
      const layout = members.map((member): [string, number] => [
        cString(strings, types.readUInt32LE(member)),
        (types.readUInt32LE(member + 8) & 0xff_ffff) / 8,
      ]);
      structs.set(cString(strings, types.readUInt32LE(at)), {
        size: types.readUInt32LE(at + 8),
        members: Object.fromEntries(layout),
      });
    }
    at += 12 + extraBytes(kind, count);
  }
  return structs;
}

/** What follows a type's head in BTF. */
function extraBytes(kind: number, count: number): number {
  if (kind === 1 || kind === KIND.variable || kind === KIND_DECLARATION_TAG) return 4;
  if (kind === KIND.array) return 12;
  if (kind === KIND.enum || kind === KIND.proto) return count * 8;
  const isList = kind === KIND.struct || kind === KIND.union || kind === KIND.section;
  return isList || kind === KIND_ENUM64 ? count * 12 : 0;
}

/** Sections of code by name: `.text`, and one for each place that programs are attached to. */
export function readCode(elf: Buffer): Map<string, Buffer> {
  const isCode = (name: string): boolean => /^(\.text$|tracepoint|tp_btf)/.test(name);
  const sections = readSections(elf).filter(({ name }) => isCode(name));
  return new Map(sections.map(({ name, bytes }) => [name, bytes]));
}
