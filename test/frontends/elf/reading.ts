/** What tests of the reader share: real objects, and what reading has to give. */
import { readFileSync } from 'node:fs';
import { readObject } from '../../../frontends/elf/read.js';
import type { BpfObject, ObjectError } from '../../../frontends/elf/object.js';

export const FIXTURES = ['maps', 'functions', 'fields', 'core', 'linked'] as const;

/** Returns the bytes of an object that stands beside its source in `fixtures/`. */
export const fixture = (name: (typeof FIXTURES)[number]): Uint8Array =>
  new Uint8Array(readFileSync(`test/frontends/elf/fixtures/${name}.bpf.o`));

/** Returns the object, or fails the test with the error. */
export function objectOf(bytes: Uint8Array): BpfObject {
  const result = readObject(bytes, 'test.bpf.o');
  if (!result.ok) throw new Error(result.error.message);
  return result.object;
}

/** Returns the error, or fails the test because there is none. */
export function errorOf(bytes: Uint8Array): ObjectError {
  const result = readObject(bytes, 'test.bpf.o');
  if (result.ok) throw new Error('the object was read without an error');
  return result.error;
}
