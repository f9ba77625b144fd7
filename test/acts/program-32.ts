/**
 * A 32-bit ELF program of one page that calls exit(0) the old way (int 0x80). Written here byte by
 * byte, since few machines have a compiler's 32-bit half.
 */
export const PROGRAM_32: Uint8Array = program();

function program(): Buffer {
  const code = Buffer.from([0x31, 0xdb, 0x31, 0xc0, 0x40, 0xcd, 0x80]);
  const at = 0x08048000;
  const headers = 52 + 32;
  const elf = Buffer.alloc(headers + code.length);
  elf.write('\x7fELF\x01\x01\x01', 0, 'latin1');
  elf.writeUInt16LE(2, 16); // executable
  elf.writeUInt16LE(3, 18); // i386
  elf.writeUInt32LE(1, 20);
  elf.writeUInt32LE(at + headers, 24); // entry
  elf.writeUInt32LE(52, 28); // program headers
  elf.writeUInt16LE(52, 40);
  elf.writeUInt16LE(32, 42);
  elf.writeUInt16LE(1, 44);
  elf.writeUInt32LE(1, 52); // load
  elf.writeUInt32LE(at, 60);
  elf.writeUInt32LE(at, 64);
  elf.writeUInt32LE(elf.length, 68);
  elf.writeUInt32LE(elf.length, 72);
  elf.writeUInt32LE(5, 76); // read, execute
  elf.writeUInt32LE(0x1000, 80);
  code.copy(elf, headers);
  return elf;
}
