/** What can be said of an object before libbpf sees it. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const EI_CLASS = 4;
const ELFCLASS64 = 2;
const EI_DATA = 5;
const ELFDATA2MSB = 2;
const E_TYPE = 16;
const ET_REL = 1;
const E_MACHINE = 18;
const EM_BPF = 247;
const HEADER_BYTES = 64;

const whyUnopened = (error: unknown): string => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'there is no such file';
  if (code === 'EACCES' || code === 'EPERM') return 'we may not read this file';
  return `the file can't be read: ${error instanceof Error ? error.message : String(error)}`;
};

const whyHeaderWrong = (header: Buffer): string | null => {
  if (header.length === 0) return 'the file is empty';
  if (header.toString('latin1', 0, 4) !== '\x7fELF')
    return 'this is not an object: compile it with clang -O2 -g --target=bpf -c';
  if (header.length < HEADER_BYTES) return 'the object is truncated: it has no whole ELF header';
  const half = (at: number): number =>
    header[EI_DATA] === ELFDATA2MSB ? header.readUInt16BE(at) : header.readUInt16LE(at);
  if (header[EI_CLASS] !== ELFCLASS64 || half(E_MACHINE) !== EM_BPF)
    return 'this is an object for another machine: compile it with clang --target=bpf';
  return half(E_TYPE) === ET_REL ? null : 'this is not a relocatable object: compile it with clang -c';
};

/** Returns why the file is no BPF object, or null if its header says that it is one. */
export const whyNoObject = (path: string): string | null => {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (error) {
    return whyUnopened(error);
  }
  try {
    if (fstatSync(fd).isDirectory()) return 'this is a folder; name the objects in it: DIR/*.o';
    const header = Buffer.alloc(HEADER_BYTES);
    return whyHeaderWrong(header.subarray(0, readSync(fd, header, 0, HEADER_BYTES, 0)));
  } catch (error) {
    return whyUnopened(error);
  } finally {
    closeSync(fd);
  }
};
